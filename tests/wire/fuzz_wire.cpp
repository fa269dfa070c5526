#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/wire/bulk.hpp"
#include "protocol/wire/hub.hpp"

// Any bytes as a frame, either way. What is accepted must come out the same after being written and read again.

namespace {

using namespace tutti::wire;

template <class Decode>
void check(const Decode& decode, std::string_view frame) {
  const auto decoded = decode(frame);
  if (!decoded) return;
  const auto text = encode(*decoded);  // a part's payload points into it
  const auto again = decode(text);
  if (!again || *again != *decoded) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view frame(reinterpret_cast<const char*>(data), size);
  check(decode_up, frame);
  check(decode_down, frame);
  check(decode_bulk, frame);
  return 0;
}

// libFuzzer: a row of a store may hold any bytes. What is read as a change must come out the same when written again, and no
// document may be upset by it.

#include <cstdint>
#include <cstdlib>

#include "sync/merge/document.hpp"
#include "sync/merge/file/live.hpp"

using namespace tutti;
using namespace tutti::merge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const EventName name{ReplicaId(1), Seq(size % 2)};
  const auto change = decode_change({reinterpret_cast<const char*>(data), size}, name);
  if (!change) return 0;
  const auto again = decode_change(encode_change(*change), name);
  if (!again || *again != *change) std::abort();
  Document document;
  if (!document.replace(name.replica, text::Chars(0), text::Chars(0), "a")) std::abort();
  (void)document.apply({&*change, 1});
  return 0;
}

// libFuzzer: the decoder takes any bytes. What it accepts must be usable and must come out the same when written again.

#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "sync/merge/document.hpp"
#include "sync/merge/file/bytes.hpp"

using namespace tutti;
using namespace tutti::merge;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string bytes(reinterpret_cast<const char*>(data), size);
  if (size >= 13) {  // a right checksum, or nothing behind it would ever be reached
    std::string hash;
    put_fixed(hash, xxh64(std::string_view(bytes).substr(13)));
    bytes.replace(5, 8, hash);
  }
  auto document = Document::decode(bytes);
  if (!document) return 0;
  const auto again = Document::decode(document->encode());
  if (!again || again->text().str() != document->text().str() || *again->since({}) != *document->since({})) std::abort();
  return 0;
}

// libFuzzer: the readers of files take any bytes. What is decoded must be usable and must come out the same when written again;
// what is only opened may turn out to be damaged later, which then is an error and nothing worse.

#include <cstdint>
#include <cstdlib>

#include "sync/merge/document.hpp"

using namespace tutti;
using namespace tutti::merge;

namespace {

void check_decoded(const Document& document) {
  const auto again = Document::decode(document.encode());
  if (!again || again->text().str() != document.text().str() || again->version() != document.version()) std::abort();
  const auto changes = document.since({});
  if (!changes && changes.error().code != ErrorCode::gap) std::abort();  // the file may be without its past
  if (changes && *again->since({}) != *changes) std::abort();
}

/// An edit at the tip, one of old, and everything that looks into the past.
void use(Document& document) {
  const Version tip = document.version();
  text::Delta delta;
  delta.insert("x");
  const ReplicaId fresh(0xfffffff0U);
  (void)document.edit(fresh, delta);
  (void)document.text_at(tip);
  document.fold(1);
  const Change late{fresh, document.next_seq(fresh), {}, {{text::Chars(0), text::Chars(0), "y"}}};
  (void)document.apply({&late, 1});
  (void)document.since({});
  (void)document.text_at(tip);
  document.fold(1);
  (void)document.encode();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (auto document = Document::decode(bytes)) {
    check_decoded(*document);
    use(*document);
  }
  if (auto document = Document::open(bytes)) use(*document);
  return 0;
}

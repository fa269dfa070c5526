// libFuzzer: a document takes any changes. A refused batch must leave no trace; after accepted ones the deltas must add up to
// the text.

#include <cstdint>
#include <cstdlib>

#include "sync/merge/document.hpp"
#include "tests/merge/fuzz_input.hpp"

using namespace tutti;
using namespace tutti::merge;
using tutti::test::Input;

namespace {

Change change_from(Input& in, const Document& document) {
  const std::uint8_t head = in.byte();
  const ReplicaId replica(head & 3U);
  Change change{replica, document.next_seq(replica), {}, {}};
  if ((head & 0x80U) != 0) change.seq = Seq(in.byte());
  if ((head & 0x40U) != 0) {
    change.parents = document.version();
  } else {
    for (std::uint8_t n = (head >> 2U) & 3U; n > 0; --n) change.parents.push_back({ReplicaId(in.byte() & 3U), Seq(in.byte())});
  }
  for (std::uint8_t n = in.byte() & 3U; n > 0; --n) {
    Patch patch{text::Chars(in.byte() & 31U), text::Chars(in.byte() & 7U), {}};
    for (std::uint8_t k = in.byte() & 7U; k > 0; --k) patch.insert.push_back(static_cast<char>(in.byte()));
    change.patches.push_back(std::move(patch));
  }
  return change;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  Document document;
  text::Rope shadow;
  while (!in.done()) {
    const std::string before = document.encode();
    const bool folded = document.is_folded();
    const auto delta = document.apply({{change_from(in, document)}});
    if (delta) {
      apply(shadow, *delta);
    } else if (document.is_folded() == folded && document.encode() != before) {
      std::abort();
    }
    if (shadow.str() != document.text().str()) std::abort();
    if (shadow.size().value % 5 == 3) document.fold(1);
  }
  Document copy;
  if (!copy.apply(*document.since({})) || copy.text().str() != document.text().str()) std::abort();
  return 0;
}

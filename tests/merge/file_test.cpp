// Files that claim what cannot be: made by hand, with checksums that are right.

#include "sync/merge/file/file.hpp"

#include "sync/merge/document.hpp"
#include "sync/merge/file/bytes.hpp"
#include "sync/merge/file/columns.hpp"
#include "sync/merge/file/container.hpp"
#include "tests/merge/edits.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/heap.hpp"

using namespace tutti;
using namespace tutti::merge;

namespace {

std::string column(const std::string& bytes) {
  std::string out;
  put_varint(out, bytes.size());
  return out + bytes;
}

/// How many of each thing the tables of one inserted letter claim to have.
struct Claims {
  std::uint64_t replicas = 1, agent_runs = 1, graph_runs = 1, cuts = 1, ops = 1;
};

std::string tables_of(const Claims& claims) {
  std::string out;
  put_varint(out, claims.replicas);
  put_varint(out, 7);
  put_varint(out, claims.agent_runs);
  out += column(std::string(1, '\0')) + column("\1");
  put_varint(out, claims.graph_runs);
  out += column("\1") + column(std::string(1, '\0'));
  put_varint(out, claims.cuts);
  out += "\1\1";
  put_varint(out, claims.ops);
  return out + column("\4") + column(std::string(1, '\0'));
}

std::string file_of(const Claims& claims) {
  const std::string tables = tables_of(claims);
  const OwnSection columns = make_section(SectionKind::columns, {0, 1}, tables.size() + 300, tables, false);
  const OwnSection content = make_section(SectionKind::content, {0, 1}, 1, "x", false);
  return write_container({columns.view(), content.view()});
}

/// Both ways to read it say that it is no document.
void check_refused(const std::string& file) {
  CHECK(Document::decode(file).error().code == ErrorCode::corrupt);
  CHECK(Document::open(file).error().code == ErrorCode::corrupt);
}

std::string file_with_cut(const Cut& cut, std::uint64_t memory, const std::string& text, std::uint64_t text_memory) {
  std::string bytes;
  put_cut(bytes, cut);
  const LvRange before{0, cut.events};
  const OwnSection place = make_section(SectionKind::cut, before, std::max<std::uint64_t>(memory, bytes.size()), bytes);
  const OwnSection words = make_section(SectionKind::text, before, text_memory, text);
  return write_container({place.view(), words.view()});
}

}  // namespace

TEST_CASE("tables that claim more runs than they have bytes are refused, however many") {
  REQUIRE(Document::decode(file_of({}))->text().str() == "x");
  for (const std::uint64_t many :
       {std::uint64_t{3}, std::uint64_t{1} << 32U, std::uint64_t{1} << 59U, (std::uint64_t{1} << 60U) + 1, ~std::uint64_t{0}}) {
    INFO(many);
    check_refused(file_of({.replicas = many}));
    check_refused(file_of({.agent_runs = many}));
    check_refused(file_of({.graph_runs = many}));
    check_refused(file_of({.cuts = many}));
    check_refused(file_of({.ops = many}));
  }
}

TEST_CASE("a file with a segment of no events is refused, and not unpacked for ever") {
  Document document;
  REQUIRE(document.edit(kAnn, at(0, "hello")).ok());
  document.fold(1);
  const std::string bytes = document.encode();
  const OwnSection columns = make_section(SectionKind::columns, {0, 0}, 11, std::string(11, '\0'), false);
  const OwnSection content = make_section(SectionKind::content, {0, 0}, 0, "", false);
  std::vector<Section> sections = *read_container(bytes);
  sections.insert(sections.begin(), {columns.view(), content.view()});
  check_refused(write_container(sections));
}

TEST_CASE("a text or a cut that takes more memory than is stated is refused") {
  const Cut one{1, {{kAnn, Seq(1)}}, {kAnn, Seq(0)}};
  const std::string text(1000, 'x');
  REQUIRE(Document::open(file_with_cut(one, 200, text, 2 * text.size())).ok());
  check_refused(file_with_cut(one, 200, text, 2 * text.size() - 1));
  check_refused(file_with_cut(one, 99, text, 2 * text.size()));
}

TEST_CASE(
    "where the past of an opened file is not that of its text, who writes on the past is refused, and nothing is touched") {
  Document longer;
  REQUIRE(longer.edit(kAnn, at(0, std::string(90, 'x'))).ok());
  longer.fold(1);
  const std::string bytes = longer.encode(Parts::history_and_text, Favour::speed);
  std::vector<Section> sections = *read_container(bytes);
  const OwnSection words = make_section(SectionKind::text, {0, 90}, 4, "ab");  // of two characters, where the past has 90
  for (Section& section : sections) {
    if (section.kind == SectionKind::text) section = words.view();
  }
  const std::string file = write_container(sections);
  CHECK(Document::decode(file).error().code == ErrorCode::corrupt);
  auto document = Document::open(file);
  REQUIRE(document.ok());
  for (const std::uint64_t place : {40U, 80U}) {
    const Change late{kBob, Seq(0), {{kAnn, Seq(85)}}, {{text::Chars(place), text::Chars(3), "y"}}};
    CHECK(document->apply({&late, 1}).error().code == ErrorCode::corrupt);
    CHECK(document->text().str() == "ab");
  }
  REQUIRE(document->edit(kAnn, at(2, "c")).ok());
  CHECK(document->text().str() == "abc");
}

#ifdef TUTTI_COUNTS_HEAP
TEST_CASE("a cut of very many replicas takes a quarter more memory than it states, and no more") {
  Cut cut{0, {}, {}};
  for (std::uint32_t i = 0; i < 50'000; ++i) cut.known.emplace_back(ReplicaId(20'000 + i), Seq(1));
  cut.events = static_cast<Lv>(cut.known.size());
  cut.head = {cut.known.back().first, Seq(0)};
  const std::string file = file_with_cut(cut, memory_of_cut(4 * cut.known.size() + 64, cut.known.size()), "x", 2);
  test::reset_heap_peak();
  const std::size_t before = test::heap().live;
  REQUIRE(Document::open(file).ok());
  CHECK(test::heap().peak - before < 10 * file.size() + 64 * 1024 + 192 * 1024);
}
#endif

#include "protocol/wire/bulk.hpp"

#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::wire;

namespace {

DocumentId some_document() {
  DocumentId id;
  for (std::size_t i = 0; i < id.bytes.size(); ++i) id.bytes[i] = static_cast<std::uint8_t>(0xf0U + i);
  return id;
}

Result<std::string> assemble(const std::vector<std::string>& frames) {
  HistoryAssembly assembly;
  for (const auto& frame : frames) {
    const auto part = decode_bulk(frame);
    if (!part) return part.error();
    const auto done = assembly.add(*part);
    if (!done) return done.error();
    if (*done) return assembly.take();
  }
  return error(ErrorCode::gap, "no last part");
}

}  // namespace

TEST_CASE("a history is the same after its parts were put together") {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kBulkPayloadMax, kBulkPayloadMax + 1, 3 * kBulkPayloadMax}) {
    INFO(size);
    std::string bytes(size, 'x');
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 31 / 7);
    const auto frames = encode_history(some_document(), bytes);
    CHECK(frames.size() == (size == 0 ? 1 : (size + kBulkPayloadMax - 1) / kBulkPayloadMax));
    const auto whole = assemble(frames);
    REQUIRE(whole.ok());
    CHECK(*whole == bytes);
  }
}

TEST_CASE("a part says where it belongs, byte by byte") {
  const std::string frame = encode(HistoryPart{some_document(), 0x04030201, true, "pay"});
  REQUIRE(frame.size() == kBulkHeaderBytes + 3);
  CHECK(frame.substr(0, 2) == "\x01\xf0");
  CHECK(frame.substr(16, 6) == "\xff\x01\x02\x03\x04\x01");
  CHECK(*decode_bulk(frame) == HistoryPart{some_document(), 0x04030201, true, "pay"});
}

TEST_CASE("malformed parts are refused") {
  const std::string good = encode(HistoryPart{some_document(), 0, false, "x"});
  const auto code = [](const std::string& frame) { return decode_bulk(frame).error().code; };
  for (std::size_t size = 0; size < good.size(); ++size) CHECK(code(good.substr(0, size)) == ErrorCode::invalid);
  std::string other_kind = good;
  other_kind[0] = 2;
  CHECK(code(other_kind) == ErrorCode::invalid);
  std::string odd_flag = good;
  odd_flag[21] = 2;
  CHECK(code(odd_flag) == ErrorCode::invalid);
  CHECK(code(good + std::string(kBulkPayloadMax, 'x')) == ErrorCode::limit);
}

TEST_CASE("missing and doubled parts are gaps") {
  const auto frames = encode_history(some_document(), std::string(2 * kBulkPayloadMax + 5, 'x'));
  REQUIRE(frames.size() == 3);
  CHECK(assemble({frames[0], frames[2]}).error().code == ErrorCode::gap);
  CHECK(assemble({frames[1]}).error().code == ErrorCode::gap);
  CHECK(assemble({frames[0], frames[0]}).error().code == ErrorCode::gap);
}

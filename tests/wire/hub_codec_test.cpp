#include "protocol/wire/hub.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::wire;

namespace {

const std::string kId = "00112233-4455-6677-8899-aabbccddeeff";

std::string edit(const std::string& change) {
  return R"({"type":"file:edit","document":")" + kId + R"(","change":)" + change + "}";
}

std::string reason(const std::string& frame) {
  const auto decoded = decode_up(frame);
  return decoded.ok() ? "" : decoded.error().message;
}

}  // namespace

TEST_CASE("an edit survives the wire") {
  FileEdit sent;
  sent.request = 7;
  sent.document.bytes = {1, 2, 3};
  sent.change = {4, kProtocolVersion, {{1, 2}, {3, 4}}, {{0, 1, "a\"\\\n\x01\xc3\xa9\xf0\x9f\x98\x80/"}, {5, 0, ""}}};
  const auto got = decode_up(encode(sent));
  REQUIRE(got.ok());
  CHECK(std::get<FileEdit>(got.value()) == sent);
}

TEST_CASE("a refusal names the field and the reason") {
  struct Case {
    std::string frame;
    std::string message;
    ErrorCode code = ErrorCode::invalid;
  };
  const std::string patch = R"({"replica":1,"seq":0,"parents":[],"patches":[[0,0,"x"],)";
  const std::vector<Case> cases = {
      {"", "frame: empty"},
      {"[]", "frame: not an object"},
      {"{", "frame: not JSON"},
      {"{} {}", "frame: not JSON"},
      {"{}", "frame.type: missing"},
      {R"({"type":1})", "frame.type: not a string"},
      {R"({"type":"nonsense"})", "frame.type: not a known message"},
      {R"({"type":"welcome"})", "welcome: is not sent up"},
      {R"({"type":"ping","token":1})", "ping.reply: missing"},
      {R"({"type":"ping","token":1,"reply":0})", "ping.reply: neither true nor false"},
      {R"({"type":"ping","token":-1,"reply":true})", "ping.token: below 0"},
      {R"({"type":"ping","token":1.0,"reply":true})", "ping.token: not an integer"},
      {R"({"type":"ping","token":"1","reply":true})", "ping.token: not an integer"},
      {R"({"type":"ping","token":null,"reply":true})", "ping.token: not an integer"},
      {R"({"type":"ping","token":9007199254740992,"reply":true})", "ping.token: above 9007199254740991", ErrorCode::limit},
      {R"({"type":"ping","token":1,"token":1,"reply":true})", "ping.token: given twice"},
      {R"({"type":"ping","type":"ping","token":1,"reply":true})", "ping.type: given twice"},
      {R"({"type":"fetch","document":"1","known":[]})", "fetch.document: not a UUID"},
      {edit(patch + R"([0,0]]})"), "file:edit.change.patches[1]: needs exactly 3 items"},
      {edit(patch + R"([0,"x",""]]})"), "file:edit.change.patches[1].erase: not an integer"},
      {edit(patch + R"([0,0,"\ud800"]]})"), "frame: holds a malformed string"},
      {edit(patch + R"([0,0,"\udc00x"]]})"), "frame: holds a malformed string"},
      {edit(patch + "[0,0,\"\xff\"]]}"), "frame: not valid UTF-8"},
      {edit(R"({"replica":4294967296,"seq":0,"parents":[],"patches":[]})"), "file:edit.change.replica: above 4294967295",
       ErrorCode::limit},
      {edit(patch + "[0,0,\"" + std::string(kPatchInsertMax + 1, 'x') + "\"]]}"),
       "file:edit.change.patches[1].insert: longer than 262144 bytes", ErrorCode::limit},
      {R"({"type":"ping","more":)" + std::string(64, '[') + std::string(64, ']') + R"(,"token":1,"reply":true})",
       "frame: nested deeper than 64 levels", ErrorCode::limit},
      {std::string(kUpFrameMax + 1, ' '), "frame: longer than 1048576 bytes", ErrorCode::limit},
  };
  for (const auto& c : cases) {
    INFO(c.frame.substr(0, 200));
    const auto decoded = decode_up(c.frame);
    REQUIRE_FALSE(decoded.ok());
    CHECK(decoded.error().message == c.message);
    CHECK(decoded.error().code == c.code);
  }
}

TEST_CASE("a newer writer may say more") {
  CHECK(reason(R"({"v":[{"a":1}],"reply":false,"token":9007199254740991,"type":"ping","later":null})").empty());
  CHECK(reason(R"({"type":"session:leave","participant":null})").empty());
  CHECK(reason(R"({"type":"ping","more":)" + std::string(62, '[') + std::string(62, ']') + R"(,"token":1,"reply":true})")
            .empty());
}

TEST_CASE("a field may be exactly as large as its limit") {
  FileEdit edit;
  edit.change.patches = {{0, 0, std::string(kPatchInsertMax, 'x')}};
  edit.change.parents.resize(kChangeParentsMax);
  CHECK(decode_up(encode(edit)).ok());
  edit.change.patches.assign(kChangePatchesMax, {0, 1, ""});
  CHECK(decode_up(encode(edit)).ok());
  CHECK(decode_up(R"({"type":"fetch","document":")" + kId + R"(","known":[[4294967295,9007199254740991]]})").ok());
}

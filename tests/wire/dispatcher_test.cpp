#include "protocol/jsonrpc/dispatcher.hpp"

#include <nlohmann/json.hpp>

#include "protocol/jsonrpc/framer.hpp"
#include "protocol/jsonrpc/shape.hpp"
#include "protocol/jsonrpc/typed.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::jsonrpc;

namespace {

/// A dispatcher whose output is taken out of its frames again.
struct Line {
  std::vector<Json> sent;
  std::vector<std::string> notes;
  Dispatcher dispatcher{[this](const std::string& framed) { unframe(framed); },
                        [this](std::string_view text) { notes.emplace_back(text); }};

  void unframe(const std::string& framed) {
    Framer framer;
    std::vector<Incoming> out;
    framer.feed(framed, out);
    for (const auto& item : out) sent.push_back(Json::parse(std::get<Body>(item).text));
  }
  void receive(const Json& message) { dispatcher.receive(message.dump()); }
  Json only() {
    REQUIRE(sent.size() == 1);
    return std::exchange(sent, {}).front();
  }
};

Json request(const Json& id, const std::string& method, const Json& params = Json::object()) {
  return {{"jsonrpc", "2.0"}, {"id", id}, {"method", method}, {"params", params}};
}

struct Point {
  int x = 0;
};
Status from_json(const Json& value, Point& out) {
  if (!value.contains("x")) return error(ErrorCode::invalid, "x: missing");
  out.x = value["x"].get<int>();
  return {};
}
Json to_json(const Point& point) {
  return {{"x", point.x}};
}

}  // namespace

TEST_CASE("every malformed message gets its standard code, and the id where there is one") {
  struct Case {
    std::string body;
    int code;
    Json id;
  };
  const std::string deep = std::string(kDepthMax + 1, '[') + std::string(kDepthMax + 1, ']');
  const Case cases[] = {
      {"", kParseError, nullptr},
      {"{", kParseError, nullptr},
      {"{} {}", kParseError, nullptr},
      {"\"\xff\"", kParseError, nullptr},
      {deep, kParseError, nullptr},
      {std::string(1 << 20, '['), kParseError, nullptr},
      {"[" + std::string(kValuesMax, ','), kParseError, nullptr},
      {"[]", kInvalidRequest, nullptr},
      {R"([{"jsonrpc":"2.0","id":1,"method":"m"}])", kInvalidRequest, nullptr},
      {"1", kInvalidRequest, nullptr},
      {R"({"id":1,"method":"m"})", kInvalidRequest, 1},
      {R"({"jsonrpc":"1.0","id":"a","method":"m"})", kInvalidRequest, "a"},
      {R"({"jsonrpc":"2.0","id":1})", kInvalidRequest, 1},
      {R"({"jsonrpc":"2.0","id":1,"method":2})", kInvalidRequest, 1},
      {R"({"jsonrpc":"2.0","id":1,"method":"m","params":3})", kInvalidRequest, 1},
      {R"({"jsonrpc":"2.0","id":1.5,"method":"m"})", kInvalidRequest, nullptr},
      {R"({"jsonrpc":"2.0","id":null,"method":"m"})", kInvalidRequest, nullptr},
      {R"({"jsonrpc":"2.0","id":18446744073709551615,"method":"m"})", kInvalidRequest, nullptr},
      {R"({"jsonrpc":"2.0","id":")" + std::string(kIdMax + 1, 'a') + R"(","method":"m"})", kInvalidRequest, nullptr},
      {R"({"jsonrpc":"2.0","id":7,"method":"nobody/knows"})", kMethodNotFound, 7},
  };
  for (const auto& c : cases) {
    INFO(c.body.substr(0, 80));
    Line line;
    line.dispatcher.receive(c.body);
    const Json answer = line.only();
    CHECK(answer["error"]["code"] == c.code);
    CHECK(answer["id"] == c.id);
    CHECK(answer["jsonrpc"] == "2.0");
  }
}

TEST_CASE("a typed handler answers with a struct, an error of ours, or invalid params") {
  Line line;
  on_request<Point>(line.dispatcher, "double", [](Point p) -> Result<Point> {
    if (p.x > 100) return error(ErrorCode::denied, "too much");
    return Point{p.x * 2};
  });
  line.receive(request(1, "double", {{"x", 4}}));
  CHECK(line.only() == Json{{"jsonrpc", "2.0"}, {"id", 1}, {"result", {{"x", 8}}}});
  line.receive(request("s", "double", {{"x", 400}}));
  const Json denied = line.only();
  CHECK(denied["error"]["code"] == kRequestFailed);
  CHECK(denied["error"]["data"]["code"] == "denied");
  CHECK(denied["id"] == "s");
  line.receive(request(2, "double"));
  CHECK(line.only()["error"]["code"] == kInvalidParams);
  line.receive(request(3, "double", {{"x", "a string makes the library throw"}}));
  CHECK(line.only()["error"]["code"] == kInvalidParams);
  CHECK(line.dispatcher.unanswered() == 0);
}

TEST_CASE("an id may be used again once it is answered") {
  Line line;
  line.dispatcher.on_request("m", [](const Json&) -> Result<Json> { return Json(1); });
  for (int i = 0; i < 3; ++i) {
    line.receive(request(7, "m"));
    CHECK(line.only()["result"] == 1);
  }
}

TEST_CASE("a batch is told that it is one") {
  Line line;
  line.receive(Json::array({request(1, "m")}));
  CHECK(line.only()["error"]["message"].get<std::string>().find("batches") == 0);
}

TEST_CASE("a deferred call is answered once, and not after it was cancelled") {
  Line line;
  std::vector<Call> calls;
  std::vector<Call> given_up;
  line.dispatcher.on_deferred("later", [&](Call call, const Json&) { calls.push_back(call); });
  line.dispatcher.on_cancel([&](Call call) { given_up.push_back(call); });
  line.receive(request(1, "later"));
  line.receive(request(2, "later"));
  CHECK(line.sent.empty());
  line.receive({{"jsonrpc", "2.0"}, {"method", "$/cancelRequest"}, {"params", {{"id", 1}}}});
  CHECK(line.only()["error"]["code"] == kRequestCancelled);
  CHECK(given_up == std::vector<Call>{calls[0]});
  CHECK_FALSE(line.dispatcher.reply(calls[0], true));
  CHECK(line.dispatcher.reply(calls[1], true));
  CHECK_FALSE(line.dispatcher.reply(calls[1], true));
  CHECK(line.only()["id"] == 2);
  for (const Json& params : {Json{{"id", 2}}, Json{{"id", nullptr}}, Json::object(), Json::array(), Json()}) {
    line.receive({{"jsonrpc", "2.0"}, {"method", "$/cancelRequest"}, {"params", params}});
  }
  CHECK(line.sent.empty());
}

TEST_CASE("unanswered requests are bounded and their ids unique") {
  Line line;
  line.dispatcher.on_deferred("later", [](Call, const Json&) {});
  for (std::size_t i = 0; i < kOutstandingMax; ++i) line.receive(request(i, "later"));
  CHECK(line.sent.empty());
  line.receive(request(0, "later"));
  CHECK(line.only()["error"]["code"] == kInvalidRequest);
  line.receive(request("one more", "later"));
  CHECK(line.only()["error"]["data"]["code"] == "limit");
}

TEST_CASE("answers find their requests") {
  Line line;
  std::string got;
  const AnswerHandler record = [&](const Json* result, const ResponseError* failure) {
    got += result != nullptr ? result->dump() + ";" : std::to_string(failure->code) + failure->message + failure->name + ";";
  };
  const auto first = line.dispatcher.request("a", Json::object(), record);
  REQUIRE(first.ok());
  REQUIRE(line.dispatcher.request("b", nullptr, record).ok());
  const Json sent_b = line.sent[1];
  CHECK_FALSE(sent_b.contains("params"));
  line.receive({{"jsonrpc", "2.0"}, {"id", sent_b["id"]}, {"result", nullptr}});
  line.receive({{"jsonrpc", "2.0"}, {"id", sent_b["id"]}, {"result", nullptr}});
  line.receive({{"jsonrpc", "2.0"}, {"id", "1"}, {"result", nullptr}});
  CHECK(line.notes.size() == 2);
  line.sent.clear();
  line.dispatcher.cancel(*first);
  CHECK(line.only()["params"]["id"] == first->value);
  line.receive({{"jsonrpc", "2.0"},
                {"id", first->value},
                {"error", {{"code", -32800}, {"message", "gone"}, {"data", {{"code", "gap"}}}}}});
  CHECK(got == "null;-32800gonegap;");
  REQUIRE(line.dispatcher.request("c", nullptr, record).ok());
  line.dispatcher.abandon("the editor is gone");
  CHECK(got == "null;-32800gonegap;-32603the editor is goneunavailable;");
  CHECK(line.dispatcher.awaited() == 0);
}

TEST_CASE("notifications never get an answer, and a gate stops what comes too early") {
  Line line;
  int seen = 0;
  line.dispatcher.on_notification("note", [&](const Json& params) { seen += params.at("n").get<int>(); });
  line.receive({{"jsonrpc", "2.0"}, {"method", "note"}, {"params", {{"n", 2}}}});
  line.receive({{"jsonrpc", "2.0"}, {"method", "note"}});
  line.receive({{"jsonrpc", "2.0"}, {"method", "unknown"}});
  line.receive({{"jsonrpc", "2.0"}, {"method", "$/unknown"}});
  CHECK(seen == 2);
  CHECK(line.notes.size() == 2);
  line.dispatcher.set_gate([](std::string_view) {
    return std::optional<ResponseError>({kServerNotInitialized, "initialize comes first", {}});
  });
  line.receive({{"jsonrpc", "2.0"}, {"method", "note"}, {"params", {{"n", 2}}}});
  CHECK(seen == 2);
  CHECK(line.sent.empty());
  line.receive(request(1, "note"));
  CHECK(line.only()["error"]["code"] == kServerNotInitialized);
}

TEST_CASE("text that is not UTF-8 is mended on its way out") {
  Line line;
  line.dispatcher.notify("log", {{"text", "a\xff"}});
  CHECK(line.only()["params"]["text"] == "a\xef\xbf\xbd");
}

TEST_CASE("brackets inside strings are not depth") {
  CHECK(check_shape("\"" + std::string(1000, '[') + "\\\"[[" + "\"").ok());
  CHECK(check_shape(std::string(kDepthMax, '[')).ok());
  CHECK_FALSE(check_shape(std::string(kDepthMax + 1, '{')).ok());
  CHECK(check_shape("[[]" + std::string(1000, ']') + std::string(kDepthMax, '[')).ok());
  CHECK(check_shape("\"\\").ok());
}

#include <fstream>
#include <map>
#include <nlohmann/json.hpp>

#include "protocol/wire/collab.hpp"
#include "protocol/wire/hub.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using nlohmann::ordered_json;

namespace {

ordered_json golden(const std::string& name) {
  std::ifstream file(std::string(TUTTI_SOURCE_DIR) + "/protocol/golden/" + name);
  REQUIRE(file.good());
  return ordered_json::parse(file);
}

ordered_json find(const ordered_json& valid, const ordered_json& name) {
  for (const auto& entry : valid) {
    if (entry["name"] == name) return entry;
  }
  FAIL("no valid message named " << name);
  return {};
}

ordered_json grown(const ordered_json& unit, std::size_t count) {
  if (!unit.is_string()) return ordered_json(std::vector<ordered_json>(count, unit));
  std::string text;
  while (text.size() < count) text += unit.get<std::string>();
  return text;
}

/// The list fields of strings grow as lists; a string field grows as text.
ordered_json replacement(const ordered_json& spoil, const ordered_json& old) {
  if (spoil["op"] != "grow") return spoil["value"];
  const auto count = spoil["count"].get<std::size_t>();
  if (old.is_array() && spoil["value"].is_string()) return ordered_json(std::vector<ordered_json>(count, spoil["value"]));
  return grown(spoil["value"], count);
}

/// A valid message with one thing changed, as `spoil` says.
ordered_json spoiled(ordered_json message, const ordered_json& spoil) {
  ordered_json* at = &message;
  const auto& path = spoil["path"];
  const auto step = [](ordered_json& value, const ordered_json& key) -> ordered_json& {
    return key.is_string() ? value[key.get<std::string>()] : value[key.get<std::size_t>()];
  };
  for (std::size_t i = 0; i + 1 < path.size(); ++i) at = &step(*at, path[i]);
  const ordered_json& key = path.back();
  if (spoil["op"] != "remove") {
    ordered_json& field = step(*at, key);
    field = replacement(spoil, field);
  } else if (key.is_string()) {
    at->erase(key.get<std::string>());
  } else {
    at->erase(key.get<std::size_t>());
  }
  return message;
}

std::string code_name(ErrorCode code) {
  if (code == ErrorCode::invalid) return "invalid";
  return code == ErrorCode::limit ? "limit" : "another";
}

/// What decoding makes of a frame: the frame written anew, or the reason.
struct Read {
  std::string text;
  Error error;
};
template <class Decode>
Read read(const Decode& decode, const std::string& frame) {
  const auto decoded = decode(frame);
  if (!decoded) return {"", decoded.error()};
  return {wire::encode(*decoded), {}};
}
Read read_frame(const std::string& direction, const std::string& frame) {
  return direction == "down" ? read(wire::decode_down, frame) : read(wire::decode_up, frame);
}

template <class T>
Read read_struct(const std::string& text) {
  T out;
  const auto status = collab::from_json(nlohmann::json::parse(text), out);
  if (!status) return {"", status.error()};
  return {collab::to_json(out).dump(), {}};
}

const std::map<std::string, Read (*)(const std::string&)> kStructs = {
#define TUTTI_STRUCT(name) {#name, read_struct<collab::name>},
#include "tests/wire/collab_structs.inc"
#undef TUTTI_STRUCT
};

void check_refused(const Read& got, const ordered_json& spoil) {
  INFO(spoil.dump() << " -> " << got.error.message);
  CHECK(got.text.empty());
  CHECK(code_name(got.error.code) == spoil["code"]);
  CHECK(got.error.message.starts_with(spoil["says"].get<std::string>() + ":"));
}

}  // namespace

TEST_CASE("every golden frame is read, and written again byte by byte") {
  const auto file = golden("hub.json");
  for (const auto& entry : file["valid"]) {
    INFO(entry["name"]);
    const std::string direction = entry["direction"];
    const std::string frame = entry["message"].dump();
    if (direction != "down") CHECK(read_frame("up", frame).text == frame);
    if (direction != "up") CHECK(read_frame("down", frame).text == frame);
  }
  CHECK(file["valid"].size() >= 2 * std::variant_size_v<wire::Down>);
}

TEST_CASE("every spoiled golden frame is refused for the right reason") {
  const auto file = golden("hub.json");
  for (const auto& spoil : file["invalid"]) {
    const auto original = find(file["valid"], spoil["of"]);
    check_refused(read_frame(original["direction"], spoiled(original["message"], spoil).dump()), spoil);
  }
  for (const auto& entry : file["malformed"]) {
    const Read got = read_frame("up", entry["text"]);
    INFO(entry["name"] << " -> " << got.error.message);
    CHECK(got.text.empty());
    CHECK(code_name(got.error.code) == entry["code"]);
  }
}

TEST_CASE("every golden message of the editor link is read and written again") {
  const auto file = golden("collab.json");
  for (const auto& entry : file["valid"]) {
    INFO(entry["name"]);
    const std::string text = entry["message"].dump();
    CHECK(nlohmann::json::parse(kStructs.at(entry["struct"])(text).text) == nlohmann::json::parse(text));
  }
  CHECK(file["valid"].size() == 2 * kStructs.size());
}

TEST_CASE("every spoiled message of the editor link is refused for the right reason") {
  const auto file = golden("collab.json");
  for (const auto& spoil : file["invalid"]) {
    const auto original = find(file["valid"], spoil["of"]);
    check_refused(kStructs.at(original["struct"])(spoiled(original["message"], spoil).dump()), spoil);
  }
}

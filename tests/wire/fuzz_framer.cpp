#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/jsonrpc/dispatcher.hpp"
#include "protocol/jsonrpc/framer.hpp"

// Any bytes as a stream: one piece and small pieces must give the same, and every body gets through the dispatcher.

namespace {

using namespace tutti::jsonrpc;

std::vector<Incoming> feed(std::string_view bytes, std::size_t piece) {
  Framer framer(1024);
  std::vector<Incoming> out;
  while (!bytes.empty()) {
    framer.feed(bytes.substr(0, piece), out);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  return out;
}

bool same(const Incoming& a, const Incoming& b) {
  if (a.index() != b.index()) return false;
  if (const auto* body = std::get_if<Body>(&a)) return body->text == std::get<Body>(b).text;
  return std::get<Fault>(a).lost == std::get<Fault>(b).lost;
}

void dispatch(const std::vector<Incoming>& stream) {
  std::size_t answers = 0;
  Dispatcher dispatcher([&](const std::string&) { ++answers; });
  dispatcher.on_deferred("m", [](Call, const Json&) {});
  dispatcher.on_notification("n", [](const Json&) {});
  for (const auto& item : stream) {
    if (const auto* body = std::get_if<Body>(&item)) dispatcher.receive(body->text);
  }
  if (answers + dispatcher.unanswered() > 2 * stream.size()) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = feed(bytes, std::max<std::size_t>(size, 1));
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}}) {
    const auto pieces = feed(bytes, piece);
    if (!std::equal(whole.begin(), whole.end(), pieces.begin(), pieces.end(), same)) std::abort();
  }
  dispatch(whole);
  return 0;
}

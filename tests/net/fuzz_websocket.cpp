#include <cstdlib>
#include <string>
#include <vector>

#include "sync/net/websocket/codec.hpp"

using namespace tutti::net;

namespace {

std::string parse(WsParser::Side side, const std::vector<std::string_view>& pieces) {
  WsParser parser(side, {200, 300, 4});
  std::vector<WsEvent> events;
  for (const std::string_view piece : pieces) parser.feed(piece, events);
  std::string trace;
  for (const WsEvent& event : events) {
    if (event.payload.size() > 300) std::abort();
    trace += std::to_string(static_cast<int>(event.kind)) + ' ' + std::to_string(event.code) + ' ' + event.payload + '\n';
  }
  return trace;
}

}  // namespace

/// The first byte says where the rest is cut: the result must not depend on it.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = data[0] % bytes.size();
  for (const WsParser::Side side : {WsParser::Side::server, WsParser::Side::client}) {
    if (parse(side, {bytes}) != parse(side, {bytes.substr(0, cut), bytes.substr(cut)})) std::abort();
  }
  return 0;
}

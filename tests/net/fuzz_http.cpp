#include <cstdlib>
#include <string>
#include <vector>

#include "sync/net/http/codec.hpp"

using namespace tutti::net;

namespace {

// Everything a server would act on, so that a difference between two ways of cutting the bytes shows.
std::string parse(const std::vector<std::string_view>& pieces) {
  HttpParser parser(HttpParser::Kind::request, {512, 8, 256});
  std::string trace;
  for (std::string_view piece : pieces) {
    HttpParser::Event event = HttpParser::Event::head;
    while (event != HttpParser::Event::need_more) {
      event = parser.feed(piece);
      if (event == HttpParser::Event::failed) return trace + "failed";
      if (event != HttpParser::Event::message && event != HttpParser::Event::upgrade) continue;
      const HttpMessage& message = parser.message();
      if (message.body.size() > 256 || message.headers.fields().size() > 8) std::abort();
      trace += message.method + message.target + message.body;
      if (event == HttpParser::Event::upgrade) return trace + "upgrade";
    }
  }
  return trace;
}

}  // namespace

/// The first byte says where the rest is cut: the result must not depend on it.
extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::size_t cut = data[0] % bytes.size();
  if (parse({bytes}) != parse({bytes.substr(0, cut), bytes.substr(cut)})) std::abort();
  return 0;
}

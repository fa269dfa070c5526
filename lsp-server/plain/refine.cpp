#include "lsp-server/plain/refine.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/utf.hpp"
#include "sync/text/diff.hpp"

namespace tutti::plain {

using text::Chars;
using text::Delta;

namespace {

/// Each character as a number of its own: its bytes.
std::vector<std::uint32_t> symbols_of(std::string_view text) {
  std::vector<std::uint32_t> symbols;
  for (const char c : text) {
    const auto byte = static_cast<std::uint32_t>(static_cast<unsigned char>(c));
    if (utf8::is_continuation(c)) {
      symbols.back() = symbols.back() << 8U | byte;
    } else {
      symbols.push_back(byte);
    }
  }
  return symbols;
}

std::string_view next_chars(std::string_view& text, std::uint64_t count) {
  const std::size_t bytes = utf8::skip_chars(text, count);
  const std::string_view piece = text.substr(0, bytes);
  text.remove_prefix(bytes);
  return piece;
}

void replace(Delta& out, std::string_view old, std::string_view now) {
  const auto before = symbols_of(old);
  const auto after = symbols_of(now);
  std::uint32_t at_old = 0;
  std::uint32_t at_now = 0;
  auto matches = text::match(before, after);
  matches.push_back({static_cast<std::uint32_t>(before.size()), static_cast<std::uint32_t>(after.size()), 0});
  for (const text::Match& same : matches) {
    out.insert(next_chars(now, same.b - at_now));
    out.erase(Chars(same.a - at_old));
    out.retain(Chars(same.count));
    next_chars(now, same.count);
    at_old = same.a + same.count;
    at_now = same.b + same.count;
  }
}

}  // namespace

Delta refined(const Delta& delta, const text::Rope& before) {
  Delta out;
  Chars at;
  std::string_view inserted;
  const auto flush = [&](std::uint64_t erased) {
    replace(out, before.str(at, at + erased), inserted);
    inserted = {};
    at += erased;
  };
  for (const text::Step& step : delta.steps()) {
    if (const auto* insert = std::get_if<text::Insert>(&step)) {
      inserted = insert->text;
    } else if (const auto* erase = std::get_if<text::Erase>(&step)) {
      flush(erase->count.value);
    } else {
      flush(0);
      const Chars kept = std::get<text::Retain>(step).count;
      out.retain(kept);
      at += kept.value;
    }
  }
  flush(0);
  return out;
}

}  // namespace tutti::plain

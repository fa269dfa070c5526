#include "lsp-server/mirror/text_file.hpp"

#include "protocol/base/utf.hpp"

namespace tutti::mirror {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

struct LineEnds {
  std::size_t crlf = 0;
  std::size_t lf = 0;  ///< without a CR before it
};

LineEnds count_line_ends(std::string_view bytes) {
  LineEnds ends;
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
    (at > 0 && bytes[at - 1] == '\r' ? ends.crlf : ends.lf) += 1;
  }
  return ends;
}

std::string without_crlf(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  std::size_t from = 0;
  for (std::size_t at = bytes.find("\r\n"); at != std::string_view::npos; at = bytes.find("\r\n", from)) {
    text.append(bytes, from, at - from);
    from = at + 1;
  }
  return text.append(bytes, from);
}

std::string with_crlf(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size() + text.size() / 16);
  std::size_t from = 0;
  for (std::size_t at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', from)) {
    bytes.append(text, from, at - from).append("\r\n");
    from = at + 1;
  }
  return bytes.append(text, from);
}

}  // namespace

std::variant<TextFile, NotText> decode_file(std::string_view bytes) {
  if (bytes.size() > max_file_bytes) return NotText::too_large;
  if (bytes.find('\0') != std::string_view::npos || !utf8::valid(bytes)) return NotText::binary;
  TextFile file;
  file.traits.bom = bytes.starts_with(byte_order_mark);
  if (file.traits.bom) bytes.remove_prefix(byte_order_mark.size());
  const LineEnds ends = count_line_ends(bytes);
  file.traits.eol = ends.crlf > ends.lf ? wire::Eol::crlf : wire::Eol::lf;
  file.mixed_ends = ends.crlf > 0 && ends.lf > 0;
  file.text = ends.crlf > 0 ? without_crlf(bytes) : std::string(bytes);
  return file;
}

std::string encode_file(std::string_view text, const wire::Traits& traits) {
  std::string bytes = traits.eol == wire::Eol::crlf ? with_crlf(text) : std::string(text);
  if (traits.bom) bytes.insert(0, byte_order_mark);
  return bytes;
}

}  // namespace tutti::mirror

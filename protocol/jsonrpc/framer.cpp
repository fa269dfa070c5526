#include "protocol/jsonrpc/framer.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace tutti::jsonrpc {

namespace {

/// What is taken up front for a body; the rest grows with the bytes that really come.
constexpr std::size_t kReserveMax = std::size_t{64} * 1024;

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

/// Decimal digits alone: no sign, no spaces, no overflow.
std::optional<std::uint64_t> parse_length(std::string_view text) {
  std::uint64_t number = 0;
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::string_view take(std::string_view& bytes, std::size_t count) {
  const std::string_view taken = bytes.substr(0, count);
  bytes.remove_prefix(taken.size());
  return taken;
}

}  // namespace

void Framer::feed(std::string_view bytes, std::vector<Incoming>& out) {
  while (!bytes.empty()) {
    switch (state_) {
      case State::header:
        take_header(bytes, out);
        break;
      case State::body:
        take_body(bytes, out);
        break;
      case State::skip:
        take_skip(bytes);
        break;
      case State::lost:
        return;
    }
  }
}

void Framer::take_header(std::string_view& bytes, std::vector<Incoming>& out) {
  const std::size_t feed = bytes.find('\n');
  const std::string_view part = take(bytes, feed == std::string_view::npos ? bytes.size() : feed + 1);
  header_bytes_ += part.size();
  if (header_bytes_ > kHeaderMax) return lose("a header block longer than " + std::to_string(kHeaderMax) + " bytes", out);
  line_ += part;
  if (feed != std::string_view::npos) end_line(out);
}

void Framer::end_line(std::vector<Incoming>& out) {
  std::string_view line(line_);
  line.remove_suffix(1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  if (line.empty()) return end_header(out);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) return lose("a header line without a colon", out);
  if (same_name(trim(line.substr(0, colon)), "Content-Length")) {
    const auto length = parse_length(trim(line.substr(colon + 1)));
    if (!length) return lose("a Content-Length that is not a number of bytes", out);
    if (has_length_ && *length != length_) return lose("two Content-Lengths that differ", out);
    has_length_ = true;
    length_ = *length;
  }
  line_.clear();
}

void Framer::end_header(std::vector<Incoming>& out) {
  if (header_bytes_ == line_.size()) return start_message();  // blank lines before a header harm nobody
  if (!has_length_) return lose("a header block without Content-Length", out);
  if (length_ > kSkipMax) return lose("a message of " + std::to_string(length_) + " bytes", out);
  const std::uint64_t length = length_;
  start_message();
  if (length > body_max_) {
    out.emplace_back(
        Fault{error(ErrorCode::limit, "a message longer than " + std::to_string(body_max_) + " bytes was skipped")});
    left_ = length;
    state_ = State::skip;
  } else if (length == 0) {
    out.emplace_back(Body{});
  } else {
    left_ = length;
    body_.reserve(std::min<std::size_t>(length, kReserveMax));
    state_ = State::body;
  }
}

void Framer::take_body(std::string_view& bytes, std::vector<Incoming>& out) {
  const std::string_view part = take(bytes, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  body_ += part;
  left_ -= part.size();
  if (left_ > 0) return;
  out.emplace_back(Body{std::move(body_)});
  start_message();
}

void Framer::take_skip(std::string_view& bytes) {
  left_ -= take(bytes, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size()))).size();
  if (left_ == 0) start_message();
}

void Framer::start_message() {
  state_ = State::header;
  header_bytes_ = 0;
  has_length_ = false;
  line_.clear();
  body_.clear();
}

void Framer::lose(std::string why, std::vector<Incoming>& out) {
  out.emplace_back(Fault{error(ErrorCode::invalid, "the stream is lost: " + std::move(why)), true});
  state_ = State::lost;
  line_ = {};
}

std::string frame(std::string_view body) {
  std::string text = "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
  text.reserve(text.size() + body.size());
  text += body;
  return text;
}

}  // namespace tutti::jsonrpc

#include "sync/peer/journal/frame.hpp"

#include <algorithm>

#include "sync/merge/file/bytes.hpp"
#include "sync/merge/file/checksum.hpp"

namespace tutti::peer::journal {

namespace {

constexpr std::string_view magic = "TUTJ";
constexpr std::uint8_t version = 1;
constexpr std::string_view mark = "\xF7TJR";  ///< begins with a byte that no text holds
constexpr std::size_t head_bytes = 4 + 8 + 4;

void put_length(std::string& out, std::size_t value) {
  for (int i = 0; i < 4; ++i, value >>= 8U) out.push_back(static_cast<char>(value));
}

std::size_t read_length(std::string_view bytes) {
  std::size_t value = 0;
  for (std::size_t i = 4; i > 0; --i) value = (value << 8U) | static_cast<std::uint8_t>(bytes[i - 1]);
  return value;
}

/// The body of the record that begins here; empty when none does.
std::string_view body_at(std::string_view rest) {
  if (!rest.starts_with(mark) || rest.size() < head_bytes) return {};
  const std::size_t length = read_length(rest.substr(12));
  if (length == 0 || length > max_body || length > rest.size() - head_bytes) return {};
  const std::uint64_t sum = merge::ByteReader(rest.substr(4, 8)).fixed();
  return merge::has_checksum(rest.substr(12, 4 + length), sum) ? rest.substr(head_bytes, length) : std::string_view();
}

}  // namespace

std::string preamble() {
  std::string out(magic);
  out.push_back(static_cast<char>(version));
  return out;
}

void put_frame(std::string& out, std::string_view body) {
  std::string summed;
  summed.reserve(4 + body.size());
  put_length(summed, body.size());
  summed += body;
  out += mark;
  merge::put_fixed(out, merge::checksum(summed));
  out += summed;
}

Result<Frames> read_frames(std::string_view file) {
  const std::size_t first = magic.size() + 1;
  if (file.size() < first || !file.starts_with(magic)) return error(ErrorCode::corrupt, "this is no journal");
  if (static_cast<std::uint8_t>(file[magic.size()]) != version)
    return error(ErrorCode::version, "another release wrote this journal");
  Frames frames;
  bool lost_last = false;
  for (std::size_t at = first; at < file.size();) {
    const std::string_view body = body_at(file.substr(at));
    if (!body.empty()) {
      frames.torn = false;
      lost_last = false;
      frames.bodies.push_back(body);
      at += head_bytes + body.size();
      continue;
    }
    const std::size_t next = std::min(file.find(mark, at + 1), file.size());
    if (!lost_last) frames.torn = frames.lost_bytes == 0;
    lost_last = true;
    frames.lost_bytes += next - at;
    at = next;
  }
  return frames;
}

}  // namespace tutti::peer::journal

#include "sync/exchange/path.hpp"

#include <algorithm>
#include <array>

#include "protocol/base/utf.hpp"
#include "sync/exchange/code_points.hpp"

// What a path may look like (F1), and when two of them are one file on some disk (F3).
//
// The rules are those of the strictest disk that takes part: a name that Windows would cut, split or send to a device is
// refused for everybody, since the file would be another one there, or none. Nothing is repaired: two sides that repair
// differently would talk about different files.

namespace tutti::exchange {

namespace {

constexpr std::size_t path_bytes = 4096;
constexpr std::size_t component_bytes = 255;
constexpr std::size_t component_count = 64;

Status refuse(const char* why) {
  return error(ErrorCode::invalid, why);
}

std::string lower_ascii(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
  }
  return out;
}

/// Windows sends these to a device, whatever comes behind the first dot: `NUL`, `com1.txt`.
bool is_device_name(std::string_view component) {
  std::string stem = lower_ascii(component.substr(0, component.find('.')));
  while (!stem.empty() && stem.back() == ' ') stem.pop_back();
  constexpr std::array<std::string_view, 6> fixed = {"con", "prn", "aux", "nul", "conin$", "conout$"};
  if (std::find(fixed.begin(), fixed.end(), stem) != fixed.end()) return true;
  if (!stem.starts_with("com") && !stem.starts_with("lpt")) return false;
  const std::string_view digit = std::string_view(stem).substr(3);
  if (digit.size() == 1) return digit[0] >= '1' && digit[0] <= '9';
  return digit == "\u00B9" || digit == "\u00B2" || digit == "\u00B3";
}

Status check_characters(std::string_view component) {
  while (!component.empty()) {
    const char32_t c = take_code_point(component);
    if (is_control(c)) return refuse("A path may not hold control characters.");
    if (is_bidi(c)) return refuse("A path may not hold characters that turn the writing direction.");
    if (c == U'\\') return refuse("A path may not hold backslashes; its parts are joined by '/'.");
    if (c == U':') return refuse("A path may not hold colons.");
  }
  return {};
}

Status check_component(std::string_view component) {
  if (component.empty()) return refuse("A path must be relative, without empty parts.");
  if (component.size() > component_bytes) return refuse("A part of the path is longer than 255 bytes.");
  if (component == "." || component == "..") return refuse("A path may not hold '.' or '..' as a part.");
  if (Status status = check_characters(component); !status) return status;
  if (component.back() == '.' || component.back() == ' ') return refuse("A part of a path may not end with a dot or a space.");
  if (is_device_name(component)) return refuse("A part of the path is the name of a device on Windows.");
  return {};
}

}  // namespace

Status check_path(std::string_view path) {
  if (path.empty()) return refuse("A path may not be empty.");
  if (path.size() > path_bytes) return refuse("The path is longer than 4,096 bytes.");
  if (!utf8::valid(path)) return refuse("The path is not valid UTF-8.");
  for (std::size_t count = 1;; ++count) {
    if (count > component_count) return refuse("The path has more than 64 parts.");
    const std::size_t slash = path.find('/');
    if (Status status = check_component(path.substr(0, slash)); !status) return status;
    if (slash == std::string_view::npos) return {};
    path.remove_prefix(slash + 1);
  }
}

// Folding covers the scripts that disks fold most often, and not Unicode's whole table; composed and decomposed accents
// (NFC, NFD) are not brought together either. What slips through is two files that one kind of disk cannot hold side by side:
// the second writer there is told so. Classes do not depend on it, since every name that has a class is ASCII.
std::string path_key(std::string_view path) {
  std::string key;
  key.reserve(path.size());
  while (!path.empty()) {
    const char32_t c = take_code_point(path);
    if (!is_ignorable(c)) append_utf8(key, fold(c));
  }
  return key;
}

}  // namespace tutti::exchange

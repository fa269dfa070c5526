#pragma once

#include <cstddef>
#include <string_view>

namespace tutti::net {

/// Finds the end of an HTTP head and refuses what is only good for making two parsers disagree about it: line ends other than
/// CR LF, folded lines, fields without a name, control characters. Private to the codec.
class HttpHeadGuard {
 public:
  enum class Verdict { need_more, complete, too_large, malformed };

  explicit HttpHeadGuard(std::size_t limit) : limit_(limit) {}

  /// Looks at bytes from the front; `used` says how many belong to the head, its last empty line included.
  Verdict look(std::string_view bytes, std::size_t& used);
  void restart() { *this = HttpHeadGuard(limit_); }
  [[nodiscard]] bool begun() const { return size_ != 0; }

 private:
  enum class Place { line_start, line, after_cr };
  bool accept(unsigned char byte);

  std::size_t limit_;
  std::size_t size_ = 0;
  Place place_ = Place::line_start;
  bool line_empty_ = true;
  bool first_line_seen_ = false;
  bool complete_ = false;
};

}  // namespace tutti::net

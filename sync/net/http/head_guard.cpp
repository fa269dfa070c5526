#include "sync/net/http/head_guard.hpp"

namespace tutti::net {

// An empty line before the first one is skipped, as RFC 9112 section 2.2 advises; it counts towards the limit.
bool HttpHeadGuard::accept(unsigned char byte) {
  if (place_ == Place::after_cr) {
    if (byte != '\n') return false;
    complete_ = line_empty_ && first_line_seen_;
    first_line_seen_ = first_line_seen_ || !line_empty_;
    place_ = Place::line_start;
    line_empty_ = true;
    return true;
  }
  if (byte == '\r') {
    place_ = Place::after_cr;
    return true;
  }
  if (place_ == Place::line_start && (byte == ' ' || byte == '\t' || byte == ':')) return false;
  place_ = Place::line;
  line_empty_ = false;
  return (byte >= 0x20 || byte == '\t') && byte != 0x7f;
}

HttpHeadGuard::Verdict HttpHeadGuard::look(std::string_view bytes, std::size_t& used) {
  for (used = 0; used < bytes.size();) {
    if (++size_ > limit_) return Verdict::too_large;
    if (!accept(static_cast<unsigned char>(bytes[used++]))) return Verdict::malformed;
    if (complete_) return Verdict::complete;
  }
  return Verdict::need_more;
}

}  // namespace tutti::net

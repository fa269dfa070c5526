#include "sync/merge/log/comparison.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"

namespace tutti::merge {

bool Comparison::erase(std::uint64_t pos, std::uint64_t count) {
  for (count = std::min(count, left_); count > 0;) {
    const Piece piece = next(count);
    const Lv len = piece.events.end - piece.events.begin;
    const std::uint64_t behind = piece.run.backward ? piece.run.lv + piece.run.len - piece.events.end : 0;
    const bool is_so = piece.run.erases && (len == 1 || !piece.run.backward) && piece.run.pos + behind == pos;
    if (!piece.follows || !is_so) return false;
    count -= len;
  }
  return true;
}

bool Comparison::insert(std::uint64_t pos, std::string_view text) {
  for (std::uint64_t count = std::min(utf8::count_chars(text), left_); count > 0;) {
    const Piece piece = next(count);
    if (!piece.follows || piece.run.erases || piece.run.pos + (piece.events.begin - piece.run.lv) != pos) return false;
    const Lv len = piece.events.end - piece.events.begin;
    const std::size_t bytes = utf8::skip_chars(text, len);
    const std::size_t at = content_at(piece);
    if (std::string_view(log_.ops.content()).substr(at, bytes) != text.substr(0, bytes)) return false;
    known_ = piece.events.end;
    content_ = at + bytes;
    text.remove_prefix(bytes);
    pos += len;
    count -= len;
  }
  return true;
}

Comparison::Piece Comparison::next(std::uint64_t most) {
  log_.graph.count_steps(1);
  const Lv begin = *log_.agents.lv_of(next_);
  const std::size_t run = log_.ops.run_of(begin);
  const Lv end = std::min({log_.agents.run_end_of(begin), log_.ops.run_end(run), log_.graph.run(log_.graph.run_of(begin)).end});
  const Lv stop = begin + static_cast<Lv>(std::min<std::uint64_t>(most, end - begin));
  Piece piece{{begin, stop}, log_.ops.run(run), last_ == kNoLv || follows_last(begin)};
  last_ = stop - 1;
  next_.seq += stop - begin;
  left_ -= stop - begin;
  return piece;
}

bool Comparison::follows_last(Lv lv) const {
  const std::size_t run = log_.graph.run_of(lv);
  if (log_.graph.run(run).begin != lv) return last_ == lv - 1;
  const std::span<const Lv> parents = log_.graph.run_parents(run);
  return parents.size() == 1 && parents[0] == last_;
}

/// From where it is known, if that is in the same run: a run may be very long.
std::size_t Comparison::content_at(const Piece& piece) const {
  const Op& run = piece.run;
  if (run.bytes == run.len) return run.content + (piece.events.begin - run.lv);
  const bool is_near = known_ != kNoLv && known_ > run.lv && known_ <= piece.events.begin;
  const Lv from = is_near ? known_ : run.lv;
  const std::size_t at = is_near ? content_ : run.content;
  return at + utf8::skip_chars(std::string_view(log_.ops.content()).substr(at), piece.events.begin - from);
}

}  // namespace tutti::merge

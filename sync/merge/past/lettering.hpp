#pragma once

#include <functional>
#include <optional>

#include "protocol/base/result.hpp"
#include "sync/merge/log/log.hpp"
#include "sync/merge/walk/tracker.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

namespace tutti::merge {

/// Gives the text at a critical event (kNoLv: the empty one).
using TextAt = std::function<Result<text::Snapshot>(Lv critical)>;

/// What the characters of a walk from `base` on say: those that were there before it as well.
class Lettering {
 public:
  Lettering(const Log& log, Lv base, const TextAt& text_at) : log_(log), base_(base), text_at_(text_at) {}

  /// Inserts the `len` characters from `id` on.
  void spell(Lv id, std::uint32_t len, text::Delta& out) {
    if (id >= kBefore) return spell_before(text::Chars(id - kBefore), text::Chars(len), out);
    log_.ops.each(id, id + len, [&](const Op& op) { out.insert(log_.ops.text_of(op), text::Chars(op.len)); });
  }
  /// Why the text before could not be had.
  [[nodiscard]] const std::optional<Error>& failed() const { return failed_; }

 private:
  void spell_before(text::Chars at, text::Chars len, text::Delta& out) {
    if (!before_) load_before();
    out.insert(before_->str(at, at + len.value), len);
  }
  void load_before() {
    Result<text::Snapshot> text = text_at_(base_);
    if (!text) failed_ = text.error();
    before_ = text ? *text : text::Snapshot();
  }

  const Log& log_;
  Lv base_;
  const TextAt& text_at_;
  std::optional<text::Snapshot> before_;
  std::optional<Error> failed_;
};

}  // namespace tutti::merge

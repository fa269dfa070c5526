#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sync/merge/log/log.hpp"
#include "sync/merge/walk/catch_up.hpp"
#include "sync/merge/walk/tracker.hpp"
#include "sync/merge/walk/walker.hpp"
#include "sync/text/bulk_edit.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

/// From events to text.
namespace tutti::merge {

void do_to(text::Rope& rope, const Log& log, const std::vector<Effect>& effects);
/// What the effects do together.
[[nodiscard]] text::Delta sum_of(const Log& log, const std::vector<Effect>& effects);

/// Does events that each follow all before them. False where a position is beyond the text, of which there are `length`
/// characters.
[[nodiscard]] bool do_plain(text::Rope& rope, const Ops& ops, Lv begin, Lv end, std::uint64_t& length);
/// Does any events to the text that has all before them. False where a position does not fit.
[[nodiscard]] bool replay(const Log& log, Lv begin, Lv end, text::Rope& rope, std::uint64_t& length);

/// The same in parts. In between the log stays as it is, and so does the text. It stays where it is.
class Replay {
 public:
  /// Does the events [begin, end) to a text of `length` characters.
  Replay(Lv begin, Lv end, std::uint64_t length) : at_(begin), end_(end), length_(length) {}
  Replay(const Replay&) = delete;
  Replay& operator=(const Replay&) = delete;

  enum class Came { to_its_end, so_far, nowhere };
  /// About `steps` of what is left. Nowhere: a position does not fit.
  [[nodiscard]] Came go_on(const Log& log, text::Rope& rope, std::uint64_t steps);
  /// Of the text, once it came to its end.
  [[nodiscard]] std::uint64_t length() const { return length_; }

 private:
  [[nodiscard]] Came go_on(const Log& log, text::BulkEdit& text, std::uint64_t steps);
  void do_walked(const Log& log, Lv stop, text::BulkEdit& text, std::uint64_t steps);

  Lv at_;
  Lv end_;
  std::uint64_t length_;
  Walker walker_;
  std::optional<CatchUp> catch_up_;  ///< while a stretch is under way in which people wrote at once
};

}  // namespace tutti::merge

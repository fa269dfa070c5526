#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/document.hpp"
#include "sync/merge/file/file.hpp"
#include "sync/merge/fold/archive.hpp"
#include "sync/merge/fold/keyframes.hpp"
#include "sync/merge/log/log.hpp"
#include "sync/merge/log/pen.hpp"
#include "sync/merge/walk/integrate.hpp"
#include "sync/merge/walk/replay.hpp"

// Private to the room.
namespace tutti::merge {

/// What came after the cut of a file, on its way into the log, and from there into the text.
struct Opening {
  Unread unread;
  Lv cut = 0;
  std::optional<Replay> replay;  ///< once all is read
};

/// A fold that is made in parts. What is packed stays good whatever comes meanwhile, since a history only grows; the rest does
/// as long as there is one version only at the place.
struct FoldUnderWay {
  Lv place = 0;
  std::vector<Segment> packed;  ///< from the archive's end on
  text::Rope text;
  std::optional<Replay> replay;  ///< of the text, up to the place; once all before it is packed
  bool has_text = false;
  Log rest;  ///< what comes after the place
};

//   keystroke ─▶ pen ─▶ log ─▶ rope
//
// Each lags behind the one before it by what can be caught up with at once. Typing is a run in the pen long before anybody asks
// for the history, and a run in the log long before anybody asks for the text; the rope gets it as one edit.
//
//   archive ·····▶ cut ── log ──▶ tip       folded:   the log begins at the cut, whose text is kept
//   ──────────── log ───────────▶ tip       unfolded: the log has everything, and the archive is a copy of its beginning
//
// Most documents of a session are folded: a text and the edits of late. What reaches further back unfolds one, whoever asks.
struct Document::State {
  Limits limits;
  Integrator integrator;
  std::uint64_t length = 0;  ///< characters at the tip
  text::Rope rope;
  Lv in_rope = 0;                ///< events that the rope has; those of the log that it lacks each follow all before them
  std::size_t runs_in_rope = 0;  ///< runs that there were when it was last brought up
  std::vector<Effect> effects;
  Pen pen;
  Keyframes keyframes;
  std::uint64_t carried_steps = 0;  ///< of logs that there were
  Archive archive;
  text::Rope folded_text;  ///< at the log's cut
  Log unfolding;           ///< as much as was unpacked so far
  std::unique_ptr<Opening> opening;
  std::unique_ptr<FoldUnderWay> folding;

  /// With all events that are not folded away.
  Log& log() {
    if (!pen.empty()) pen.write(log_);
    return log_;
  }
  /// Runs that the rope may be behind, so that whoever asks for the text waits for some µs.
  static constexpr std::size_t kMaxLag = 64;
  /// The same while a list of gap buffers takes them (`BulkEdit`), into which the text has to go as a whole: some 0.2 ms.
  static constexpr std::size_t kMaxBulkLag = 4096;
  static constexpr std::uint64_t kBulkChars = kMaxBulkLag * 48;  // of a text for which that pays
  static constexpr std::uint64_t kMostChars = 1U << 29U;  // beyond any `Limits`: positions and their sums stay in 32 bits
  [[nodiscard]] std::uint64_t most_chars() const { return std::min(limits.document_chars, kMostChars); }

  // text.cpp: the text, now and then
  void catch_up_rope(Lv end);
  void limit_lag() {
    const std::size_t lag = log().ops.run_count() - runs_in_rope;
    if (lag > kMaxLag && (lag > kMaxBulkLag || length > kBulkChars)) catch_up_rope(log_.size());
  }
  /// The text with all events before `end`, the last of which is critical; not before the cut.
  [[nodiscard]] Result<text::Rope> text_up_to(Lv end);
  [[nodiscard]] Result<text::Snapshot> text_at(const Version& version);

  // taking in
  [[nodiscard]] Status replace(ReplicaId author, text::Chars at, text::Chars erase, std::string_view insert);
  [[nodiscard]] Status add(std::span<const Change> changes);
  void take_back();
  [[nodiscard]] Result<text::Delta> finish(Lv before);

  // folds.cpp: the past, packed and unpacked
  [[nodiscard]] Status unfold();
  /// A part of that; true once the log has everything.
  [[nodiscard]] Result<bool> unfold_some();
  [[nodiscard]] bool begin_fold(Lv keep, Lv least);
  /// A part of that; true once it is over.
  [[nodiscard]] bool fold_some(std::uint64_t steps);
  [[nodiscard]] std::string encode(Parts parts, Favour favour);
  [[nodiscard]] std::string encode_text(std::uint64_t tail);
  /// All but what came after the cut.
  [[nodiscard]] Status load(File file);
  /// Some steps of that; true once it is all there.
  [[nodiscard]] Result<bool> load_some(std::uint64_t steps);
  [[nodiscard]] bool has_past() { return archive.end() >= log().folded(); }
  [[nodiscard]] Status take_past(const Log& whole);

 private:
  [[nodiscard]] Result<bool> read_some(std::uint64_t& steps);
  /// Where the text stands at or before `end`, or at the log's beginning.
  [[nodiscard]] TextAtCut text_before(Lv end);
  [[nodiscard]] Status unpack_some();
  [[nodiscard]] Lv packed_end() const;
  void pack_some(std::uint64_t steps);
  [[nodiscard]] bool make_folded_text(std::uint64_t steps);
  void copy_rest(std::uint64_t steps);
  void finish_fold();

  Log log_;  ///< without what is in the pen
};

}  // namespace tutti::merge

#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <span>
#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/document.hpp"
#include "sync/merge/past/past_walk.hpp"
#include "sync/merge/past/revival.hpp"
#include "sync/merge/past/takeback.hpp"
#include "sync/text/delta.hpp"

namespace tutti::merge {

/// Undo and redo of one person's own edits of one document, as new edits. What others wrote is never removed by an undo, and
/// what they erased as well stays away. undo.cpp has the essay. Holds places in the history, no text.
class UndoStack {
 public:
  static constexpr std::int64_t kPauseMs = 500;       ///< a group ends with a pause of this length,
  static constexpr std::uint64_t kGroupEvents = 200;  ///< or when it has so many events
  static constexpr std::size_t kMostGroups = 1000;    ///< the oldest are forgotten beyond so many,
  static constexpr std::size_t kMostSteps = 10'000;   ///< so many edits, undos and redos,
  static constexpr std::uint64_t kAllSteps = ~std::uint64_t{0};
  static constexpr std::size_t kMostPieces = 100'000;  ///< or so many runs of events and copies, all together

  /// What came of an undo or redo. Without changes: there was nothing that would have changed the text.
  struct Done {
    std::vector<Change> changes;    ///< to be sent; the document has them
    text::Delta delta;              ///< what they did to the text
    std::vector<Revival> revivals;  ///< all that the changes insert
  };

  /// An edit of one's own: what `document.edit` gave out, at the time `now`.
  void note(const Document& document, std::span<const Change> changes, Instant now);

  /// What is noted next begins a group of its own, whatever it is.
  void end_group() { open_ = false; }

  /// Both look back at what was written since. With `steps` they do about so many of it (of `Document::work`): `unavailable`
  /// when that was not enough, and whoever calls again goes on from there.
  [[nodiscard]] Result<Done> undo(Document& document, ReplicaId author, std::uint64_t steps = kAllSteps);
  [[nodiscard]] Result<Done> redo(Document& document, ReplicaId author, std::uint64_t steps = kAllSteps);
  /// Forgets everything. Must be called when the document is replaced by another copy.
  void clear();

  [[nodiscard]] std::size_t groups() const { return groups_.size(); }

 private:
  enum class Kind { insert, erase, other };
  enum class Standing { done, undone, gone };
  struct Step {
    std::vector<LvRange> events;  ///< ascending; may be empty
    std::vector<CopyRun> copies;
  };
  struct Group {
    std::vector<Step> steps;  ///< the edit itself, then undo, redo, undo …
    Standing standing = Standing::done;
  };

  static Kind kind_of(std::span<const Change> changes);
  static void add_events(Step& step, const Log& log, std::span<const Change> changes);
  static std::vector<Revival> names_of(const Log& log, const std::vector<CopyRun>& copies);
  static void add_copies(Step& step, const Log& log, std::span<const Change> changes, const std::vector<Lv>& revived);
  [[nodiscard]] bool joins(Kind kind, Instant now) const;
  Result<Done> flip_one(Standing from, Document& document, ReplicaId author, std::uint64_t steps);
  Group* next(Standing from);
  [[nodiscard]] Result<bool> look_back(const Group& group, Document& document, std::uint64_t steps);
  Result<Done> flip(Group& group, Document& document, ReplicaId author);
  [[nodiscard]] Lv base_for(const Group& group, const Log& log) const;
  [[nodiscard]] Takeback plan(const Group& group, const Log& log) const;
  void forget_redo();
  /// Whether any of it is older than the event `lv`.
  [[nodiscard]] bool reaches_before(Lv lv) const;
  void keep_bounds();

  std::deque<Group> groups_;        ///< oldest first
  std::unique_ptr<PastWalk> walk_;  ///< what was looked at for the one to be turned next
  bool open_ = false;               ///< the newest may grow
  Kind kind_ = Kind::other;         ///< of the newest
  Instant last_;                    ///< when it last grew
};

}  // namespace tutti::merge

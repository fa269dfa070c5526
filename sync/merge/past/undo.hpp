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
  static constexpr std::size_t kMostAsked = 256;      ///< undos and redos that wait for their turn; more are refused
  static constexpr std::uint64_t kAllSteps = ~std::uint64_t{0};
  static constexpr std::size_t kMostPieces = 100'000;  ///< or so many runs of events and copies, all together

  /// What came of an undo or redo. Without changes: there was nothing that would have changed the text.
  struct Done {
    std::vector<Change> changes;    ///< to be sent; the document has them
    text::Delta delta;              ///< what they did to the text
    std::vector<Revival> revivals;  ///< all that the changes insert
    bool later = false;             ///< nothing yet: `go_on` has to be called
  };

  /// An edit of one's own: what `document.edit` gave out, at the time `now`.
  void note(const Document& document, std::span<const Change> changes, Instant now);

  /// What is noted next begins a group of its own, whatever it is.
  void end_group() { open_ = false; }

  /// Both look back at what was written since, and do about so many `steps` of it (of `Document::work`). Where that is not
  /// enough, or something is asked for already, what was asked for waits for its turn and is never called off: whatever is
  /// written until then is not taken back by it, and ends redo after it and not before.
  [[nodiscard]] Result<Done> undo(Document& document, ReplicaId author, std::uint64_t steps = kAllSteps);
  [[nodiscard]] Result<Done> redo(Document& document, ReplicaId author, std::uint64_t steps = kAllSteps);
  /// Whether something asked for is still to be done.
  [[nodiscard]] bool waits() const { return !asked_.empty(); }
  /// Some more steps of what was asked for first, which is over unless it still comes later. An error is an answer, too.
  [[nodiscard]] Result<Done> go_on(Document& document, ReplicaId author, std::uint64_t steps);
  /// Gives up what was asked for first.
  void give_up() { end_first(); }
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
  /// An undo or redo: of a group that stands so, among those that there were when it was asked for.
  struct Asked {
    Standing from;
    std::uint64_t end;
  };

  static Kind kind_of(std::span<const Change> changes);
  static void add_events(Step& step, const Log& log, std::span<const Change> changes);
  static std::vector<Revival> names_of(const Log& log, const std::vector<CopyRun>& copies);
  static void add_copies(Step& step, const Log& log, std::span<const Change> changes, const std::vector<Lv>& revived);
  [[nodiscard]] bool joins(Kind kind, Instant now) const;
  Result<Done> ask(Standing from, Document& document, ReplicaId author, std::uint64_t steps);
  Result<Done> flip_one(Asked asked, Document& document, ReplicaId author, std::uint64_t steps);
  void end_first();
  /// One past the newest group's number; each has one more than the one before it, for good.
  [[nodiscard]] std::uint64_t end() const { return forgotten_ + groups_.size(); }
  Group* next(Asked asked);
  [[nodiscard]] Result<bool> look_back(const Group& group, Document& document, std::uint64_t steps);
  Result<Done> flip(Group& group, Document& document, ReplicaId author);
  [[nodiscard]] Lv base_for(const Group& group, const Log& log) const;
  [[nodiscard]] Takeback plan(const Group& group, const Log& log) const;
  void forget_redo();
  /// Whether any of it is older than the event `lv`.
  [[nodiscard]] bool reaches_before(Lv lv) const;
  void keep_bounds();

  std::deque<Group> groups_;        ///< oldest first
  std::uint64_t forgotten_ = 0;     ///< groups that there were before them
  std::deque<Asked> asked_;         ///< and not done yet, in order
  std::unique_ptr<PastWalk> walk_;  ///< what was looked at for the one to be turned next
  bool open_ = false;               ///< the newest may grow
  Kind kind_ = Kind::other;         ///< of the newest
  Instant last_;                    ///< when it last grew
};

}  // namespace tutti::merge

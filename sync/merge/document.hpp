#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/change.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

namespace tutti::merge {

struct Log;

/// What `Document::encode` writes. Without the text a reader gets it by replaying the history.
enum class Parts { history_and_text, history };

/// One replica of one text: its whole history as an event graph, and the text at its tip.
/// Two documents that hold the same events hold the same text, whatever order they came in. One owner, one thread, no I/O.
class Document {
 public:
  explicit Document(Limits limits = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  [[nodiscard]] const text::Rope& text() const;
  [[nodiscard]] text::Snapshot snapshot() const { return text().snapshot(); }
  [[nodiscard]] Version version() const;
  [[nodiscard]] Known known() const;
  /// The sequence that `replica`'s next event must have.
  [[nodiscard]] Seq next_seq(ReplicaId replica) const;
  /// Whether the change is held already, event for event. Different content under the same name is `conflict`.
  [[nodiscard]] Result<bool> holds(const Change& change) const;

  /// Makes `author`'s edit at the tip and applies it. The result is what must be sent: one change, or several where `Limits`
  /// cut a long one. `limit` when the document would grow beyond its bound; then nothing happened.
  [[nodiscard]] Result<std::vector<Change>> edit(ReplicaId author, const text::Delta& delta);

  /// The same for one keystroke: erases [at, at + erase), then inserts there, as one change, which `since` gives out. Does not
  /// build anything for the caller, and is the fastest way in.
  [[nodiscard]] Status replace(ReplicaId author, text::Chars at, text::Chars erase, std::string_view insert);

  /// Takes in foreign changes, the whole batch or nothing, and says what that did to the text.
  /// What is held already is passed over. Errors: `gap` (sequence skipped or parent unknown), `conflict` (name reused),
  /// `invalid` (position outside, bad UTF-8, unsorted parents), `limit`.
  [[nodiscard]] Result<text::Delta> apply(std::span<const Change> changes);

  /// Every change (or the rest of one) that a copy holding `known` lacks, in an order that it can apply. What `known` names and
  /// this document does not hold is ignored.
  [[nodiscard]] std::vector<Change> since(const Known& known) const;

  /// The text at a version that this document holds; `not_found` otherwise.
  [[nodiscard]] Result<std::string> text_at(const Version& version) const;

  /// The history itself, for the parts of this room that read it.
  [[nodiscard]] const Log& log() const;

  /// The whole history as bytes, and the text, so that it can be read first; `docs/FORMAT.md` has them one by one.
  [[nodiscard]] std::string encode(Parts parts = Parts::history_and_text) const;
  /// Untrusted bytes: memory and time bounded by their length, `corrupt` or `limit` when they cannot be what `encode` wrote.
  [[nodiscard]] static Result<Document> decode(std::string_view bytes, Limits limits = {});

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tutti::merge

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

/// What `Document::encode` writes. Without the text a reader gets it by replaying the history; without the history it gets the
/// text and what was done of late, and can go on from there.
enum class Parts { history_and_text, history, text };
/// What a file is to be good for: few bytes (to be sent), or being opened quickly (to be kept).
enum class Favour { size, speed };

/// One replica of one text: its whole history as an event graph, and the text at its tip.
/// Two documents that hold the same events hold the same text, whatever order they came in. One owner, one thread, no I/O.
///
/// The older part of the history may be *folded*: packed, and unpacked when something asks for it. Nobody has to know, save
/// that what asks for it fails with `corrupt` where it turns out to be damaged, and with `gap` where it is not here
/// (`Parts::text`).
class Document {
 public:
  explicit Document(Limits limits = {});
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;
  ~Document();

  [[nodiscard]] const text::Rope& text() const;
  [[nodiscard]] text::Snapshot snapshot() const { return text().snapshot(); }
  [[nodiscard]] Version version() const;
  /// How many events `version` names.
  [[nodiscard]] std::size_t heads() const;
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

  /// Does part of what taking in the change needs, or telling whether it is held, if that is far behind: true once `holds` and
  /// `apply` will be quick, false to be called again. Does about `steps` of `work` at a time. Others' changes may be applied in
  /// between.
  [[nodiscard]] Result<bool> prepare(const Change& change, std::uint64_t steps);
  /// What merging and looking back has cost so far, in steps of about 100 ns. The same for the same history on every machine.
  [[nodiscard]] std::uint64_t work() const;

  /// Every change (or the rest of one) that a copy holding `known` lacks, in an order that it can apply. What `known` names and
  /// this document does not hold is ignored. With `most`: the first so many.
  [[nodiscard]] Result<std::vector<Change>> since(const Known& known, std::size_t most = kAllChanges) const;
  static constexpr std::size_t kAllChanges = ~std::size_t{0};

  /// The text at a version that this document holds; `not_found` otherwise.
  [[nodiscard]] Result<std::string> text_at(const Version& version) const;
  [[nodiscard]] Result<text::Snapshot> snapshot_at(const Version& version) const;

  /// The history itself, for the parts of this room that read it; what is folded is not in it.
  [[nodiscard]] const Log& log() const;
  /// Makes `log` the whole history.
  [[nodiscard]] Status unfold() const;
  /// The same in parts of about so many steps of `work`: true once it is done, false to be called again.
  [[nodiscard]] Result<bool> unfold_some(std::uint64_t steps) const;
  /// Folds what can be, if that is `least` events or more. They are packed, which takes about 8 ns each.
  void fold(std::uint32_t least = kFoldLeast);
  /// The same in parts, save the newest `keep` events: true if there is something to fold, for which `fold_some` is to be
  /// called. Quick, whether there is or not.
  [[nodiscard]] bool begin_fold(std::uint32_t keep, std::uint32_t least = kFoldLeast);
  /// About so many steps of `work`, 1,024 or more: true once it is over, false to be called again. Anything may be done to the
  /// document in between; it is over, and nothing is folded, where somebody wrote without knowing of what would have been.
  [[nodiscard]] bool fold_some(std::uint64_t steps);
  static constexpr std::uint32_t kFoldLeast = 1U << 16U;
  [[nodiscard]] bool is_folded() const;
  /// Whether what `since` of this gives out is folded in part, so that it unfolds everything.
  [[nodiscard]] bool is_folded(const Known& known) const;

  /// Whether the history is here, folded or not. False after reading `Parts::text`.
  [[nodiscard]] bool has_past() const;
  /// Takes the history before the text that this document was read from out of another copy. `gap` when that one does not hold
  /// it. Nothing else of the copy is taken in, and places in the history stay what they are.
  [[nodiscard]] Status take_past(const Document& whole);

  /// As bytes; `docs/FORMAT.md` has them one by one.
  [[nodiscard]] std::string encode(Parts parts = Parts::history_and_text, Favour favour = Favour::size) const;
  /// `Parts::text`, with so many of the newest events, or some more, as events and not as text only.
  [[nodiscard]] std::string encode_text(std::uint64_t tail) const;
  /// Untrusted bytes: memory and time bounded by their length, `corrupt` or `limit` when they cannot be what `encode` wrote.
  [[nodiscard]] static Result<Document> decode(std::string_view bytes, Limits limits = {});
  /// The same in the time that reading the text takes: its history stays folded, and is not looked at before it is needed. For
  /// bytes of which one believes that text and history agree.
  [[nodiscard]] static Result<Document> open(std::string_view bytes, Limits limits = {});
  /// The same in parts, as at its end people may have written at once, and nobody on all of that. Nothing may be done with it
  /// before `open_some` has said true; false: it is to be called again. Does about so many steps.
  [[nodiscard]] static Result<Document> begin_open(std::string_view bytes, Limits limits = {});
  [[nodiscard]] Result<bool> open_some(std::uint64_t steps);

  /// Whether these are the bytes that `encode` wrote, by their checksums alone: against accidents, and as fast as memory.
  [[nodiscard]] static Status check_bytes(std::string_view bytes);

  struct State;  ///< named here for the parts of the room that work on it

 private:
  std::unique_ptr<State> state_;
};

}  // namespace tutti::merge

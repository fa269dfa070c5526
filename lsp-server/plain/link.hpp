#pragma once

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "lsp-server/link/link.hpp"
#include "lsp-server/link/opening.hpp"
#include "lsp-server/plain/flight.hpp"
#include "lsp-server/plain/halves.hpp"
#include "lsp-server/plain/message.hpp"
#include "lsp-server/plain/profile.hpp"
#include "lsp-server/plain/verdict.hpp"

/// The link to an editor that has nothing of ours: one document through plain LSP. What others write is pushed with
/// `workspace/applyEdit`, what the person wrote is what `didChange` says once the echo of the push is taken out of it.
///
///     editor's buffer          `shadow` ──flight──▶ · ──wait──▶  replica
///        │  ▲                     ▲ ▲        │           │          ▲
///        │  └── applyEdit ────────┼─┼────────┘           └─ remote ─┘
///        └──── didChange ─▶ held ─┘ └─ landed: shadow ∘ flight; missed: wait = flight ∘ wait
///                             └─ the rest is typing, rebased over `wait` ─▶ Local
///
/// Three sentences carry it. A version is a compare-and-swap. At most one edit is in flight, and at most one request is
/// unanswered. An edit is given up for an honest no or for what the text says, never for the time that passed: one that
/// landed and whose echo is late would be sent twice.
///
/// Invariant while open and joined: replica = shadow ∘ flight ∘ wait.
namespace tutti::plain {

// ---- events

struct Opened {
  std::string text;
  Version version;
};
struct Changed {
  Version version;
  std::vector<Change> changes;
};
/// The answer to push `number`.
struct Answered {
  std::uint64_t number = 0;
  bool applied = false;
};
/// The editor wrote the buffer to the disk; with the text, if it tells that.
struct Saved {
  std::optional<std::string> text;
};
/// The editor asks for what waits. Answered by `HandOut` in the same step.
struct Pulled {};

using Event = std::variant<Opened, link::Closed, Saved, link::Joined, link::Parted, Changed, Answered, Pulled, link::RemoteEdit,
                           link::LocalRefused, link::Pump>;

// ---- effects

/// Send `workspace/applyEdit`, and give its answer as `Answered`.
struct Push {
  std::uint64_t number = 0;
  Version version;
  std::vector<link::Replacement> edits;
};
struct HandOut {
  std::vector<link::Replacement> edits;
};
/// The buffer was not what the messages said, and now is known again, or will be at the next save.
struct Diverged {
  std::string why;  ///< for the log
  bool repaired = false;
};

using Effect = std::variant<Push, HandOut, Diverged, link::Local, link::Wake>;
using Effects = std::vector<Effect>;

inline constexpr std::size_t most_held = 4'096;  ///< messages that are kept undecided, and of those that came too early
inline constexpr std::int64_t gap_ms = 2'000;    ///< a missing message is waited for so long
inline constexpr std::int64_t late_ms = 5'000;   ///< an edit whose echo was not seen in time is looked for so much longer,
inline constexpr std::int64_t sure_ms = 15'000;  ///< or so long, if an honest client said that it applied it
inline constexpr std::size_t most_between = 3;   ///< messages after an edit was given up that are not its echo
inline constexpr std::int64_t retry_ms = 1'000;  ///< after a refusal without a change of the buffer
inline constexpr std::int64_t join_ms = 2'000;   ///< half a joining of lines waits for the other half, which a busy machine tells late
inline constexpr std::int64_t primer_ms = 2'000;
inline constexpr std::int64_t doubt_ms = 1'000;      ///< what a save says is believed after so long a silence,
inline constexpr std::int64_t unlikely_ms = 10'000;  ///< or so long, if no message is known to be missing: one may be late

class Link {
 public:
  explicit Link(const Profile& profile) : profile_(profile) {}

  void step(const Event& event, Instant now, Effects& effects);

  [[nodiscard]] bool is_open() const { return open_; }
  /// A message is missing: until a save tells the text, `text` is not the buffer.
  [[nodiscard]] bool is_lost() const { return lost_; }
  /// Nothing in flight, nothing to be decided and nothing waiting that this client can take.
  [[nodiscard]] bool is_quiet() const;
  /// The client's newest that is decided.
  [[nodiscard]] Version version() const { return version_; }
  /// The buffer as last decided.
  [[nodiscard]] const text::Rope& text() const { return shadow_; }
  /// Edits of others that the buffer has not got, and since when.
  [[nodiscard]] std::size_t waiting() const { return waiting_; }
  [[nodiscard]] Instant waiting_since() const { return waiting_since_; }

  /// As `link::Link` has them.
  [[nodiscard]] text::Chars replica_place(text::Place place) const;
  [[nodiscard]] text::Place editor_place(text::Chars at) const;

 private:
  struct Held {
    Version version;
    std::vector<Change> changes;
    Instant at;
  };

  struct Doubt {
    std::string text;
    Instant since;
  };

  void on(const Opened& event, Instant now, Effects& effects);
  void on(const link::Closed& event, Instant now, Effects& effects);
  void on(const Saved& event, Instant now, Effects& effects);
  void on(const link::Joined& event, Instant now, Effects& effects);
  void on(const link::Parted& event, Instant now, Effects& effects);
  void on(const Changed& event, Instant now, Effects& effects);
  void on(const Answered& event, Instant now, Effects& effects);
  void on(const Pulled& event, Instant now, Effects& effects);
  void on(const link::RemoteEdit& event, Instant now, Effects& effects);
  void on(const link::LocalRefused& event, Instant now, Effects& effects);
  void on(const link::Pump& event, Instant now, Effects& effects);

  // order.cpp: what came, in the order in which it happened
  void hold(const Changed& event, Instant now);
  void close_gap(Instant now);
  void lose(std::string why, Effects& effects);

  // typing.cpp: what is decided
  void drain(Instant now, bool at_once);
  bool decide(Instant now, bool at_once);
  [[nodiscard]] bool must_wait_for_answer() const;
  void settle(const Verdict& verdict, Testimony told, Instant first, Instant now);
  void give_up(Instant now);
  void withdraw();
  void move_stale(const Verdict& verdict, const std::vector<Change>& changes);
  void settle_late(Held& message);
  [[nodiscard]] std::int64_t patience_with_late() const { return profile_.honest && late_->answered ? sure_ms : late_ms; }
  bool type_next(Instant now, bool at_once);
  void type_half(const std::vector<Change>& changes);
  void type(const std::vector<Change>& changes, std::size_t count, text::Left left = text::Left::mine);
  text::Delta follow(text::Rope& text, const std::vector<Change>& changes, std::size_t from, std::size_t to) const;
  void take(const text::Delta& own, text::Left left = text::Left::mine);
  void commit(const text::Delta& local, bool typed);
  void keep_newline(bool was_empty);

  // opening.cpp
  void reset();
  void join(const link::Joined& event);
  [[nodiscard]] std::optional<text::Snapshot> opened_lately(const link::Joined& event, const link::Bases& bases);
  void meet(link::Bases bases);
  void align_newline();
  void reveal(std::string text);
  void resolve_doubt(Instant now, Effects& effects);
  [[nodiscard]] std::string read(std::string text) const;

  // to the editor
  void pump(Instant now, Effects& effects);
  [[nodiscard]] bool may_push(Instant now);
  bool prime(Instant now, Effects& effects);
  void repeat(Instant now, Effects& effects);
  void send(Instant now, Effects& effects);
  void clean_wait();
  void flush(Effects& effects);
  void wake_at(Instant at) { wake_ = wake_ ? std::min(*wake_, at) : at; }

  Profile profile_;
  bool open_ = false, lost_ = false, joined_ = false;
  bool sure_ = false;  ///< as `link::Link` has it: the buffer grew from `bases_.shadow` and from nothing else
  Version version_;
  text::Rope shadow_, replica_;
  std::optional<text::Snapshot> opened_;  ///< with what, until the replica is here
  std::optional<Flight> flight_;
  std::optional<Half> half_;     ///< the newest of the shadow
  std::optional<Flight> late_;   ///< not seen in time: part of `wait_` again, but it can come yet
  std::size_t late_missed_ = 0;  ///< messages since that were not its echo
  Instant late_until_;           ///< no other is sent before, if this one was sent and not asked for
  text::Delta wait_;
  std::deque<Held> held_;
  std::map<Version, Held> early_;  ///< ahead of a message that is missing
  Instant gap_since_;
  std::uint64_t pushes_ = 0;        ///< of all openings
  bool unanswered_ = false;         ///< the last push
  std::optional<Version> refused_;  ///< an edit for this version was, and nothing changed since
  Instant refused_at_;
  std::optional<Instant> primed_at_;
  std::size_t waiting_ = 0;
  Instant waiting_since_;
  text::Delta local_;  ///< of this step, to be handed out at its end
  bool local_typed_ = false;
  text::Delta last_local_;  ///< for `LocalRefused`
  std::optional<Instant> wake_;
  link::Bases bases_;
  std::optional<Doubt> doubt_;           ///< a save told another text than the changes did
  std::optional<text::Snapshot> saved_;  ///< written to the disk before the replica was here
};

}  // namespace tutti::plain

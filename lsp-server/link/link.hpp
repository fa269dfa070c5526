#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "lsp-server/link/message.hpp"
#include "lsp-server/link/opening.hpp"
#include "protocol/base/strong.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

/// The editor link: one document between one editor and the replica. The editor merges nothing; it applies a server edit only
/// if that was made for exactly the state the editor is in, and else drops it.
///
///     editor's buffer          shadow `text`  ──flight──▶ · ──wait──▶  replica
///        │  ▲                       │            │           │            ▲
///        │  └── edit (s+1, seen m) ◀┼────────────┘           └── remote ──┘
///        └───── edit (m+1, seen k) ─┴─▶ rebased over flight and wait ─▶ Local
///
/// `text` is the buffer after `m` edits of the editor and `s` confirmed ones of the server. At most one server edit is on its
/// way (`flight`); what arrives meanwhile is composed into `wait`. An editor's edit that has not seen the flight proves that
/// the editor will drop it: it goes back into `wait`, rebased, and is sent again under the same revision.
///
/// Invariant while open and joined: replica = text ∘ flight ∘ wait. All of it is in the document's coordinates, final newline
/// included; what an editor with an implicit final newline sees is made at the edge (final_newline.hpp).
namespace tutti::link {

// ---- events

struct Opened {
  std::string text;                       ///< the buffer, as a whole file: with its final newline
  std::optional<text::Snapshot> replica;  ///< absent: not here yet, `Joined` follows
  std::optional<text::Snapshot> disk;     ///< last known on disk
};
struct Closed {};
/// The editor wrote the buffer to the disk.
struct Saved {};
/// The replica is here (or here again), and stands at `replica`.
struct Joined {
  text::Snapshot replica;
  std::optional<text::Snapshot> disk;
  std::optional<text::Snapshot> kept;  ///< what an earlier process knew of the buffer
  std::optional<text::Snapshot> read;  ///< on the disk before this process wrote: what an editor that began earlier has read
  std::vector<text::Snapshot> recent = {};  ///< what the replica held of late, newest first; the editor may have read any of it
};
/// The document left the session; the buffer goes on alone.
struct Parted {};
/// A `collab/edit` came in.
struct Edited {
  Edit edit;
};
/// A `collab/ack` came in.
struct Acked {
  std::uint64_t epoch = 0;
  std::uint64_t seen = 0;
};
/// A message about this document came in that cannot be read.
struct Garbled {
  std::string why;
};
/// The replica was changed by anybody but this link.
struct RemoteEdit {
  text::Delta delta;
  Cause cause = Cause::none;
};
/// The replica did not take the `Local` of the step before: its inverse goes to the editor. Must be the very next event.
struct LocalRefused {
  text::Snapshot replica;
};
/// All that had come in was handled, or a `Wake` is due: send what waits.
struct Pump {};

using Event = std::variant<Opened, Closed, Saved, Joined, Parted, Edited, Acked, Garbled, RemoteEdit, LocalRefused, Pump>;

// ---- effects

struct SendEdit {
  Edit edit;
};
/// `collab/resync`: the counters or the ranges do not fit; the editor closes and opens.
struct SendResync {
  std::uint64_t epoch = 0;
  std::string why;  ///< for the log
};
/// Apply to the replica. At most one for each event.
struct Local {
  text::Delta delta;
  bool typed = true;  ///< false: comparing and tidying, which is nothing that the person would undo
};
/// Give a `Pump` at `at`.
struct Wake {
  Instant at;
};

using Effect = std::variant<SendEdit, SendResync, Local, Wake>;
using Effects = std::vector<Effect>;

/// Above this a dropped edit is sent again only once the editor has been quiet for a moment: every key makes all of it stale.
inline constexpr std::uint64_t patient_bytes = 64 * 1024;
inline constexpr std::int64_t patience_ms = 50;

/// Lives as long as the connection to the editor, since the epoch counts every opening of the document.
class Link {
 public:
  explicit Link(Habits habits) : habits_(habits) {}

  void step(const Event& event, Instant now, Effects& effects);

  [[nodiscard]] bool is_open() const { return open_; }
  /// A resync was asked for: until the editor opens the document again, `text` is not the buffer.
  [[nodiscard]] bool is_lost() const { return lost_; }
  [[nodiscard]] std::uint64_t epoch() const { return epoch_; }
  /// Nothing on its way and nothing waiting: the shadow is the replica.
  [[nodiscard]] bool is_quiet() const { return !flight_ && wait_.is_noop(); }
  /// The buffer as far as this side knows it, as a whole file.
  [[nodiscard]] const text::Rope& text() const { return text_; }

  /// A place in the buffer, as of all edits that came in, as a place in the replica.
  [[nodiscard]] text::Chars replica_place(text::Place place) const;
  /// The place in the buffer, as it will be once the edit on its way has landed, of a place in the replica.
  [[nodiscard]] text::Place editor_place(text::Chars at) const;

 private:
  struct Flight {
    text::Delta delta;
    text::Rope after;
    bool newline = false;
  };

  void on(const Opened& event, Instant now, Effects& effects);
  void on(const Closed& event, Instant now, Effects& effects);
  void on(const Saved& event, Instant now, Effects& effects);
  void on(const Joined& event, Instant now, Effects& effects);
  void on(const Parted& event, Instant now, Effects& effects);
  void on(const Edited& event, Instant now, Effects& effects);
  void on(const Acked& event, Instant now, Effects& effects);
  void on(const Garbled& event, Instant now, Effects& effects);
  void on(const RemoteEdit& event, Instant now, Effects& effects);
  void on(const LocalRefused& event, Instant now, Effects& effects);
  void on(const Pump& event, Instant now, Effects& effects);

  [[nodiscard]] bool in_range(std::uint64_t seen) const { return seen >= confirmed_ && seen <= confirmed_ + (flight_ ? 1 : 0); }
  void reset();
  void settle_blank(const Bases& bases, const text::Snapshot& replica);
  void join(const Joined& event, Effects& effects);
  void confirm(std::uint64_t seen);
  void take(const text::Delta& own, bool newline, Effects& effects);
  void commit(text::Delta local, bool typed, Effects& effects);
  void ask_resync(std::string why, Effects& effects);
  void clean_wait(Effects& effects);
  void send(Effects& effects);
  [[nodiscard]] bool must_be_patient(Instant now) const;

  Habits habits_;
  bool open_ = false;
  bool lost_ = false;    ///< a resync was asked for; the rest of the epoch is ignored
  bool joined_ = false;  ///< there is a replica
  /// The replica left in this epoch, or a resync is being answered: the buffer grew from `bases_.shadow`, and from nothing
  /// else that may happen to look more like it.
  bool sure_ = false;
  std::uint64_t epoch_ = 0;
  std::uint64_t edits_ = 0;      ///< m: the editor's edits in this epoch
  std::uint64_t confirmed_ = 0;  ///< s: server edits known to be applied
  text::Rope text_;
  std::optional<text::Snapshot> opened_;  ///< with what, until the replica is here
  bool newline_ = false;                  ///< the editor's flag; always off where the final newline is part of its text
  std::optional<Flight> flight_;
  text::Delta wait_;
  Cause wait_cause_ = Cause::none;
  bool dropped_ = false;                 ///< `wait_` holds an edit that the editor did not take
  Instant last_key_;                     ///< when the editor last sent an edit
  text::Delta last_local_;               ///< for `LocalRefused`
  Bases bases_;                          ///< from the epoch before; `disk` from the last save
  std::optional<text::Snapshot> saved_;  ///< written to the disk before the replica was here, which has it once joined
};

}  // namespace tutti::link

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/strong.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/merge/document.hpp"
#include "sync/peer/journal/replay.hpp"
#include "sync/text/delta.hpp"

// The participant's side of a session, as a state machine without I/O: replicas, unacknowledged work, reconnection, catch-up.
namespace tutti::peer {

// ---- events
// -------------------------------------------------------------------------------------------------------------------

/// The socket is open (the shell answers a `Connect`); the peer says hello on it.
struct Opened {};
/// The socket is gone, or could not be opened. `fatal` (bad token, session deleted) stops reconnecting.
struct Closed {
  std::string why;  ///< plain words
  bool fatal = false;
  bool replaced = false;  ///< somebody else came in with this replica: a copy of the folder is at work
};
struct TextFrame {
  std::string_view frame;  ///< valid during the step only
};
struct BinaryFrame {
  std::string_view frame;  ///< valid during the step only
};
/// The time that `Wake` asked for has come.
struct Tick {};
/// All `Journal`s up to this number are on the disk, for good.
struct Journalled {
  std::uint64_t number = 0;
};
/// They are not, and will not be before `rewrite_journal`.
struct JournalTrouble {
  std::string why;  ///< plain words
};

using Event = std::variant<Opened, Closed, TextFrame, BinaryFrame, Tick, Journalled, JournalTrouble>;

// ---- effects
// ------------------------------------------------------------------------------------------------------------------

/// Open a socket now.
struct Connect {};
struct SendText {
  std::shared_ptr<const std::string> frame;
};
/// Give the socket up; `Closed` follows.
struct Hangup {
  std::string why;
};
/// Where the session may be found when its hub is gone.
struct HubsKnown {
  std::vector<std::string> urls;
};
/// Give a `Tick` at `at`; a later one replaces it.
struct Wake {
  Instant at;
};
/// Append this to the journal before anything that follows is done, or put it in the journal's place (`anew`).
struct Journal {
  std::string bytes;
  std::uint64_t number = 0;  ///< for `Journalled`
  bool anew = false;
};
/// A file of the session is known (not yet its text).
struct DocumentAppeared {
  wire::DocumentInfo info;
};
/// Its text is here and follows the hub from now on. Emitted once per appearance; a deletion that the hub refused or lost in a
/// crash makes a file appear again.
struct DocumentReady {
  DocumentId document;
};
struct DocumentRenamed {
  DocumentId document;
  std::string from, to;
};
struct DocumentGone {
  DocumentId document;
};
/// Others changed a text that is ready, or an undo or redo of one's own that took longer did.
struct RemoteEdit {
  DocumentId document;
  text::Delta delta;
  std::optional<ParticipantId> author;
  bool turns_back = false;  ///< it is such an undo or redo
};
/// The hub refused something of ours. What everybody sees comes back as a RemoteEdit; the refused text is here. Show why.
struct Refused {
  std::optional<DocumentId> document;
  ErrorCode code = ErrorCode::invalid;
  std::string message;
  std::string text;  ///< what was written and is not shared; for the person to keep
};
/// A path that we created was taken by `existing` first; our document is gone and its text is in `text`.
struct PathTaken {
  DocumentId ours, existing;
  std::string path, text;
};
struct CursorsChanged {
  DocumentId document;
};
/// What others' tools report of it. A change of the text may end reports as well, and is told as a RemoteEdit alone.
struct DiagnosticsChanged {
  DocumentId document;
};
struct ParticipantsChanged {};
/// `status()` says something new.
struct StatusChanged {};

using Effect = std::variant<Connect, SendText, Hangup, Wake, Journal, DocumentAppeared, DocumentReady, DocumentRenamed,
                            DocumentGone, RemoteEdit, Refused, PathTaken, CursorsChanged, DiagnosticsChanged,
                            ParticipantsChanged, StatusChanged, HubsKnown>;
using Effects = std::vector<Effect>;

// ---- state that others may look at
// --------------------------------------------------------------------------------------------

enum class Link { offline, connecting, online, stopped };

struct Status {
  Link link = Link::offline;
  std::size_t pending = 0;      ///< own requests that are not durable yet
  std::size_t in_memory = 0;    ///< those of them that are not in the journal on the disk either
  std::string message;          ///< why it is offline or stopped, in plain words; empty when all is well
  std::string journal_trouble;  ///< why the journal cannot be written; empty when all is well
  bool store_trouble = false;
  std::size_t diverged = 0;            ///< files that are not what the hub has, and are being put right
  std::size_t repaired = 0;            ///< files that were, and that nobody has written in since
  std::optional<ErrorCode> sent_away;  ///< why, when the hub said so and coming back would change nothing
};

/// `unsaved`: the hub has edits of it that it cannot save now. `diverged`: it is not what the hub has, and is being put right.
enum class DocumentState { fetching, synced, pending, offline, unsaved, diverged, repaired };

struct Cursor {
  ParticipantId participant;
  std::vector<wire::Selection> selections;  ///< carried along to the replica's present text
};

struct Reported {
  ParticipantId participant;
  std::vector<wire::Diagnostic> diagnostics;  ///< those that still hold, carried along to the replica's present text
};

struct Config {
  std::string token;                 ///< bearer token of the participant
  std::string client;                ///< program and version
  std::uint64_t step_work = 20'000;  ///< of merging what others did in one step: about 2 ms
  std::uint64_t seed = 0;
  bool fetch_all = true;  ///< follow every document; else only those that `want` names
  std::uint32_t backoff_first_ms = 250;
  std::uint32_t backoff_most_ms = 15'000;
  std::size_t outbox_bytes = 256 * 1024 * 1024;  ///< beyond it local edits are refused with `limit`
  std::size_t window_bytes = 512 * 1024;         ///< sent and not yet received by the hub
  std::optional<journal::Owner> journal;         ///< whose journal is kept; none: none is
};

/// Whose hand an edit is: what a tool did to a file on the disk is not for the person to undo, and what their formatter did is
/// undone by itself.
enum class By { person, tool, formatter };

/// One owner, one thread. Local calls return at once and never wait for the hub; their frames appear among the effects.
class Peer {
 public:
  explicit Peer(Config config);
  /// Goes on where a former process ended, with its replica, its texts and what it had not made safe. `start` tells of them.
  Peer(Config config, journal::Image image);
  Peer(Peer&&) noexcept;
  Peer& operator=(Peer&&) noexcept;
  ~Peer();

  /// Begins: emits `Connect`.
  void start(Instant now, Effects& effects);
  void step(const Event& event, Instant now, Effects& effects);

  // Local work. Errors leave everything as it was.
  /// A new file with a text. `conflict` when the path is taken, `denied` when the role forbids it, `invalid` for a bad path.
  [[nodiscard]] Result<DocumentId> create(std::string path, wire::Traits traits, std::string_view text, Instant now,
                                          Effects& effects);
  /// Edits a ready document. Roles are the hub's to judge, save that a known viewer is told at once (`denied`).
  [[nodiscard]] tutti::Status edit(DocumentId document, const text::Delta& delta, Instant now, Effects& effects,
                                   By by = By::person);
  /// Takes back the person's newest group of edits that stands, or brings back the one taken back last, as an edit like any
  /// other. The result is what that did to the text; it does nothing when there is nothing to do. A repair ends what can be
  /// undone. Where so much was written since that looking back takes more than a step, nothing has happened yet
  /// (`turns_back`): what it does to the text comes as a `RemoteEdit`, or why it cannot be as `Refused`. Neither what is
  /// written nor what is undone and redone meanwhile calls it off; all is done in the order in which it was asked for.
  [[nodiscard]] Result<text::Delta> undo(DocumentId document, Instant now, Effects& effects);
  [[nodiscard]] Result<text::Delta> redo(DocumentId document, Instant now, Effects& effects);
  [[nodiscard]] tutti::Status rename(DocumentId document, std::string path, Instant now, Effects& effects);
  [[nodiscard]] tutti::Status erase(DocumentId document, Instant now, Effects& effects);
  /// Own carets; coalesced, dropped while offline.
  void move_cursor(DocumentId document, std::vector<wire::Selection> selections, Instant now, Effects& effects);
  /// What own tools report; offered to others, also to those who come later. Empty: nothing any more.
  void set_diagnostics(DocumentId document, std::vector<wire::Diagnostic> diagnostics, Instant now, Effects& effects);
  void set_presence(wire::Activity activity, std::optional<DocumentId> document, bool typing, Instant now, Effects& effects);
  void want(DocumentId document, Instant now, Effects& effects);
  /// Fetches the history before the text, if it is not here (`merge::Document::has_past`): what looks back needs it.
  void want_past(DocumentId document, Instant now, Effects& effects);
  /// An editor has the file (or has it no more): the journal carries its text, so that a process that starts without a hub has
  /// it.
  void keep(DocumentId document, bool open, Instant now, Effects& effects);
  /// The editor, or the disk, holds exactly the replica's text.
  void mark(DocumentId document, journal::Mark::Where where, Instant now, Effects& effects);
  /// The whole journal, to be put in the place of what has grown or failed.
  void rewrite_journal(Instant now, Effects& effects);
  /// Leaves for good once everything is durable or the caller gives up waiting.
  void leave(Instant now, Effects& effects);

  [[nodiscard]] Status status() const;
  [[nodiscard]] DocumentState state(DocumentId document) const;
  [[nodiscard]] std::size_t pending(DocumentId document) const;
  /// Whether an undo or redo of it is still to come.
  [[nodiscard]] bool turns_back(DocumentId document) const;
  [[nodiscard]] std::optional<DocumentId> find(std::string_view path) const;
  [[nodiscard]] const merge::Document* document(DocumentId document) const;  ///< null until ready
  /// What the document held of late, newest first, back to what this participant did to it last: merge::recent_texts.
  [[nodiscard]] std::vector<text::Snapshot> recent_texts(DocumentId document) const;
  [[nodiscard]] std::optional<wire::DocumentInfo> info(DocumentId document) const;
  [[nodiscard]] std::vector<wire::DocumentInfo> documents() const;
  [[nodiscard]] std::vector<wire::Participant> participants() const;  ///< without oneself
  [[nodiscard]] std::optional<wire::Participant> self() const;
  [[nodiscard]] std::vector<Cursor> cursors(DocumentId document) const;
  [[nodiscard]] std::vector<Reported> diagnostics(DocumentId document) const;

  struct State;  ///< named here for the parts of the room that work on it

 private:
  std::unique_ptr<State> state_;
};

}  // namespace tutti::peer

#pragma once

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocol/base/random.hpp"
#include "sync/peer/diary.hpp"
#include "sync/peer/file.hpp"
#include "sync/peer/handback.hpp"
#include "sync/peer/outbox.hpp"
#include "sync/peer/peer.hpp"

// Private to the room: the state, and the parts that work on it. peer.cpp has the essay.
namespace tutti::peer {

/// One step under way: the time, and where effects go.
struct Turn {
  Instant now;
  Effects& effects;

  template <class E>
  void emit(E effect) {
    effects.emplace_back(std::move(effect));
  }
  template <class Message>
  void tell(const Message& message) {
    emit(SendText{std::make_shared<const std::string>(wire::encode(message))});
  }
};

/// Own carets and presence, sent at most every 50 ms.
struct Pace {
  std::optional<wire::CursorMove> cursor;
  std::optional<wire::PresenceUpdate> presence;
  std::set<DocumentId> reports;  ///< what our tools say of these is to be told
  Instant next;                  ///< not before

  [[nodiscard]] bool waits() const { return cursor || presence || !reports.empty(); }
};

/// What comes back, should the hub refuse the deletion.
struct Deleted {
  wire::DocumentInfo info;
  bool listed = false;  ///< the hub has it, whatever becomes of a creation of ours that is still to be answered
};

struct Peer::State {
  Config config;
  Random random;

  // The connection.
  Link link = Link::offline;
  unsigned attempts = 0;             ///< without a welcome in between
  std::optional<Instant> reconnect;  ///< when to try again
  std::string trouble;               ///< why it is offline or stopped
  bool store_trouble = false;
  std::optional<ErrorCode> sent_away;
  bool leaving = false;

  // Who we are, as the hub said.
  std::optional<wire::Participant> self;
  std::optional<ReplicaId> replica;
  std::vector<ReplicaId> own;  ///< all that we have written as, the present one last
  bool renew = false;          ///< edits must be made again: the replica is given up, and another is asked for
  std::string key;
  std::string incarnation;
  wire::SessionLimits limits;

  // Work.
  Outbox outbox;
  Handback handback;
  std::deque<wire::FileEdit> offers;  ///< to be handed back on this connection, oldest first
  Position durable;
  std::optional<Instant> paused_until;   ///< the hub asked for patience
  std::optional<std::uint64_t> barrier;  ///< a ping on its way; until it is back, answers belong to what was sent before it
  RequestId rewind_to;                   ///< where to go on behind the barrier
  std::uint64_t pings = 0;

  // What a former process left, and what the next one will find.
  Diary diary;
  std::deque<journal::Asked> stranded;          ///< edits that wait for their text
  std::map<DocumentId, std::string> misplaced;  ///< words that have no place, to be shown
  bool recovered = false;                       ///< has not told of what it found

  bool unsure = false;           ///< somebody else may have written as our replica since
  std::set<DocumentId> doubted;  ///< texts of which the hub has more in our name; nothing is sent before it was looked at

  // Files and people.
  std::unordered_map<DocumentId, File> files;
  std::map<std::string, DocumentId, std::less<>> paths;  ///< by `exchange::path_key`
  std::unordered_map<DocumentId, Deleted> deleted_here;  ///< own deletions that are not ordered yet
  /// Files that are gone, with edits of ours whose names others may know. Should one come back, the replica is given up.
  std::set<DocumentId> gone_with_names;
  std::deque<DocumentId> wanted;  ///< to be fetched
  std::size_t fetches = 0;        ///< asked and unanswered
  std::map<ParticipantId, wire::Participant> others;
  Pace pace;
  std::map<DocumentId, wire::DiagnosticsUpdate> reported;  ///< what our tools said last, where that was anything

  Status last_status;
  std::set<DocumentId> behind;   ///< files with something in `incoming`, or an undo under way
  std::optional<Instant> go_on;  ///< when to go on with it
  std::optional<Instant> wake;   ///< last asked for

  explicit State(Config c) : config(std::move(c)), random(config.seed) { diary.owner = config.journal; }
  [[nodiscard]] File* find(DocumentId document);
  [[nodiscard]] const File* find(DocumentId document) const;
  [[nodiscard]] Status status() const;
};

// diary.cpp: what the journal is told.
/// From here on the journal carries the text, and first of all the whole of it.
void keep_text(Peer::State& state, DocumentId document);
/// The same for one that is made by the requests that follow.
void keep_from_nothing(Peer::State& state, DocumentId document);
/// Changes that are not to be sent came into the text.
void note_changes(Peer::State& state, DocumentId document, std::span<const merge::Change> changes);
/// The text is here, or is another one.
void note_text(Peer::State& state, DocumentId document);
void note_sent(Peer::State& state, const Outbox::Entry& entry);
void note_done(Peer::State& state, std::uint64_t id);
void note_mark(Peer::State& state, DocumentId document, journal::Mark::Where where);
/// Hands out what is new. Comes before anything is sent.
void write_diary(Peer::State& state, Turn& turn);
void write_anew(Peer::State& state, Turn& turn);
void take_journalled(Peer::State& state, std::uint64_t number);
[[nodiscard]] std::size_t in_memory(const Peer::State& state);

// recovery.cpp: going on where a former process ended.
void recover(Peer::State& state, journal::Image image);
void tell_recovered(Peer::State& state, Turn& turn);
/// The text of these edits is here: they are ours again, or have no place.
void land_stranded(Peer::State& state, DocumentId document, Turn& turn);
/// Its file is gone.
void drop_stranded(Peer::State& state, DocumentId document, Turn& turn);
/// The session has no such files.
void drop_homeless(Peer::State& state, Turn& turn);
/// The person deleted the file.
void forget_stranded(Peer::State& state, DocumentId document);

// connection.cpp: opening, losing, welcoming.
void open_socket(Peer::State& state, Turn& turn);
void say_hello(Peer::State& state, Turn& turn);
void lose_socket(Peer::State& state, const Closed& event, Turn& turn);
void welcome(Peer::State& state, const wire::Welcome& message, Turn& turn);
void take_error(Peer::State& state, const wire::ErrorMessage& message, Turn& turn);

// requests.cpp: the outbox and its answers.
void flush(Peer::State& state, Turn& turn);
void take_received(Peer::State& state, const wire::Received& message, Turn& turn);
void take_durable(Peer::State& state, const wire::Durable& message, Turn& turn);
void take_reject(Peer::State& state, const wire::Reject& message, Turn& turn);
void take_resync(Peer::State& state, const wire::Resync& message, Turn& turn);
void take_pong(Peer::State& state, std::uint64_t token);
/// Stops sending until everything that is on its way has been answered, then goes on after `last`.
void rewind(Peer::State& state, RequestId last, Turn& turn);
/// The pause is over.
void resume(Peer::State& state, Turn& turn);

// incoming.cpp: what others did, taken into the texts.
/// Tells what happened to the text.
void show(DocumentId document, File& file, merge::Version before, text::Delta delta, std::optional<ParticipantId> author,
          Turn& turn);
/// Others' changes are here. They are in the text once this returns, unless that takes long: then with the next steps.
void receive(Peer::State& state, DocumentId document, File& file, std::span<const merge::Change> changes,
             std::optional<ParticipantId> author, Turn& turn);
/// A step's worth of what waits.
void take_more_in(Peer::State& state, Turn& turn);
/// All of it, at once.
void take_all_in(Peer::State& state, DocumentId document, File& file, Turn& turn);

// texts.cpp: fetching, editing, repairing.
void want(Peer::State& state, DocumentId document);
/// The history before the text, which something asks for.
void want_past(Peer::State& state, DocumentId document);
void ask_for_texts(Peer::State& state, Turn& turn);
void take_bulk(Peer::State& state, std::string_view frame, Turn& turn);
void take_fetched(Peer::State& state, const wire::Fetched& message, Turn& turn);
void take_edit(Peer::State& state, wire::FileEdit message, Turn& turn);
/// What the hub has of a text. Where ours has the same events and is another one, it has gone astray, and is fetched again.
void take_check(Peer::State& state, const wire::TextCheck& check, Turn& turn);
/// Fetches the hub's copy and makes what is still wanted again on top of it. The document's unordered edits leave the outbox;
/// if there are any, their names are spent, and the replica with them.
void begin_repair(Peer::State& state, DocumentId document, std::optional<merge::Change> refused, Turn& turn);
/// The hub holds another edit under the name of this one of ours.
void name_anew(Peer::State& state, const wire::FileEdit& edit, Turn& turn);
/// The same where the names are new already.
void mark_for_repair(Peer::State& state, DocumentId document, Turn& turn);
[[nodiscard]] tutti::Status edit_text(Peer::State& state, DocumentId document, const text::Delta& delta, By by, Turn& turn);
using TurnBack = Result<merge::UndoStack::Done> (merge::UndoStack::*)(merge::Document&, ReplicaId, std::uint64_t steps);
/// Undoes or redoes; where much was written since, in steps, and until the last of them nothing happens to the text.
[[nodiscard]] Result<text::Delta> turn_back(Peer::State& state, DocumentId document, TurnBack which, Turn& turn);
/// The next of these steps, of which there is one.
void turn_further_back(Peer::State& state, DocumentId document, File& file, Turn& turn);
[[nodiscard]] merge::Limits merge_limits(const Peer::State& state);

// tree.cpp: which files there are, and where.
void appear(Peer::State& state, const wire::DocumentInfo& info, Turn& turn);
void disappear(Peer::State& state, DocumentId document, Turn& turn);
void move(Peer::State& state, DocumentId document, const std::string& path, Turn* turn);
/// To where the hub has it, unless a move of ours is under way.
void move_home(Peer::State& state, DocumentId document, Turn& turn);
void take_create(Peer::State& state, const wire::FileCreate& message, Turn& turn);
void take_rename(Peer::State& state, const wire::FileRename& message, Turn& turn);
/// Somebody deleted it; what is lost with it is shown.
void lose_file(Peer::State& state, DocumentId document, Turn& turn);
void take_delete(Peer::State& state, const wire::FileDelete& message, Turn& turn);

// people.cpp: participants, cursors, presence.
void take_join(Peer::State& state, const wire::SessionJoin& message, Turn& turn);
void take_leave(Peer::State& state, const wire::SessionLeave& message, Turn& turn);
void take_role(Peer::State& state, const wire::RoleChange& message, Turn& turn);
void take_cursor(Peer::State& state, const wire::CursorMove& message, Turn& turn);
void take_presence(Peer::State& state, const wire::PresenceUpdate& message, Turn& turn);
void take_diagnostics(Peer::State& state, const wire::DiagnosticsUpdate& message, Turn& turn);
/// Those that came before the text.
void take_early_reports(Peer::State& state, DocumentId document, Turn& turn);
/// What our tools say of a text that is here.
void report(Peer::State& state, DocumentId document, std::vector<wire::Diagnostic> diagnostics);
/// Somebody came who was not told yet.
void report_again(Peer::State& state);
void send_paced(Peer::State& state, Turn& turn);

}  // namespace tutti::peer

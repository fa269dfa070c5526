#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lsp-server/workspace/link_file.hpp"
#include "lsp-server/workspace/settings.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"
#include "sync/net/loop.hpp"
#include "sync/peer/peer.hpp"
#include "sync/text/delta.hpp"

/// One linked folder, live in this process.
///
///   editor link / command ──calls──▶ Workspace ──▶ Peer ◀──▶ WebSocket ◀──▶ hub
///          ▲                            │
///          └────────Observer────────────┴──▶ mirror ◀──▶ files beneath the folder     (one process per folder, by lock)
///
/// Everything happens on the loop's thread. A file that an editor of any process has open belongs to that editor: the mirror
/// does not write it. Every other file belongs to the mirror of the process that holds the folder's lock; when that process
/// ends, another process of the folder takes over. So `tutti share` in a terminal and `tutti lsp` in an editor share a folder.
namespace tutti::workspace {

enum class NoticeLevel { info, warning, error };

/// What `editor_opened` found out.
struct Opened {
  enum class Kind {
    shared,    ///< `document` is the file's; its text may still be on its way (`document_ready`)
    waiting,   ///< the hub has not told its files yet; `Observer::editor_decided` follows
    unshared,  ///< stays private; `reason` says why, in plain words
  };
  Kind kind = Kind::unshared;
  DocumentId document;
  std::string reason;
};

/// Any may be left empty. Called on the loop thread, some of them from inside a call to the Workspace (never `remote_edit`
/// from inside `edit`). A callback may call the Workspace, but not destroy it, and `remote_edit` may not call `edit`: more of
/// what the hub sent may be in the replica already.
struct Observer {
  /// A ready text was changed by anybody but `Workspace::edit`, `undo` and `redo`: others, or (author empty) what a tool did to
  /// a closed file on this disk. Comes at the moment of the change, so that replica and listener never differ.
  std::function<void(DocumentId, const text::Delta&, std::optional<ParticipantId> author)> remote_edit;
  std::function<void(DocumentId)> document_ready;  ///< once for each document
  std::function<void(DocumentId)> document_gone;   ///< path() no longer knows it
  std::function<void(DocumentId, const std::string& from, const std::string& to)> document_renamed;  ///< absolute paths
  std::function<void(const std::string& path, const Opened&)> editor_decided;  ///< after Kind::waiting; absolute path
  std::function<void(DocumentId)> cursors_changed;
  std::function<void(DocumentId)> diagnostics_changed;
  std::function<void()> participants_changed;
  std::function<void()> status_changed;
  std::function<void(NoticeLevel, const std::string& words)> notice;  ///< for the person; one or two plain sentences
};

/// For `collab/status`, `tutti status` and `.tutti/status.json`.
struct Overview {
  peer::Status peer;
  SessionId session;
  std::string session_name;
  std::string hub;
  std::string link_role;   ///< "owner", "editor", …, as last told by the hub
  bool mirroring = false;  ///< this process writes the folder's closed files
  bool settled = false;    ///< every document is here, everything own is durable, and disk and session agree
  std::size_t documents = 0;
  std::size_t held_back = 0;    ///< guarded files that wait for consent
  std::size_t not_written = 0;  ///< files of which disk and session differ, since one of them cannot be written; tried again
};

struct Options {
  std::string folder;  ///< absolute, linked
  std::string client;  ///< "tutti lsp 0.1.0", for the hub's log
  Settings settings;
  bool mirror = true;  ///< false: never writes or reads closed files
  /// When the folder was never in step before: files that are in it already stay private (`join`). Else they are shared
  /// (`share`).
  bool private_existing = true;
  /// Which of the folder's journals is this process's: "editor" for one that serves an editor, "folder" for one that only keeps
  /// the folder.
  std::string journal = "folder";
};

class Workspace {
 public:
  /// Reads `.tutti/session.json`, begins to connect, and takes the folder's lock if it is free. Fails only for what cannot
  /// heal: not linked, unreadable link file.
  [[nodiscard]] static Result<std::unique_ptr<Workspace>> open(net::Loop& loop, Options options, Observer observer);
  /// Cuts the connection and writes down what a restart needs. What the hub did not acknowledge is in the journal.
  ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  // ---- files
  [[nodiscard]] const std::string& folder() const;
  [[nodiscard]] const LinkFile& link() const;
  /// By absolute path (URI already decoded). Symlinks in it are not resolved, save those above the folder itself.
  [[nodiscard]] std::optional<DocumentId> find(std::string_view path) const;
  [[nodiscard]] std::optional<std::string> path(DocumentId document) const;  ///< absolute

  /// The file belongs to an editor from now on. Makes the document when the file is new and may be shared.
  Opened editor_opened(std::string_view path);
  /// No editor has it any more; the mirror writes the present text if the disk differs.
  void editor_closed(std::string_view path);
  /// The editor wrote `text` (LF form) to the disk: the base of a later three-way comparison.
  void editor_saved(std::string_view path, std::string_view text);
  /// Text last known to be on disk and in the replica, LF form: base for `didOpen`. Nullopt: never known.
  [[nodiscard]] std::optional<std::string> base_text(DocumentId document) const;
  /// What the disk held before this process wrote the file for the first time. An editor that began before may have read that.
  [[nodiscard]] std::optional<std::string> text_before(DocumentId document) const;
  /// What the editor's buffer is known to hold; written down (at most once a second, and only when the hub has everything of
  /// it) so that a restarted process can tell what was typed meanwhile. `in_step`: it is just what the replica holds, which the
  /// journal knows exactly. Costs nothing if called often.
  void keep_shadow(DocumentId document, const text::Snapshot& text, bool in_step);
  /// What the file's text was of late, newest first: whoever keeps the folder may have written any of it to the disk just
  /// before the newest, and an editor may have read it there.
  [[nodiscard]] std::vector<text::Snapshot> recent_texts(DocumentId document) const;
  /// What the buffer held when a process ended without `editor_closed`: exactly, if the journal knows, else what
  /// `keep_shadow` wrote down, which may be a second older.
  [[nodiscard]] std::optional<std::string> last_shadow(DocumentId document) const;

  // ---- texts; see peer::Peer
  [[nodiscard]] Status edit(DocumentId document, const text::Delta& delta, peer::By by = peer::By::person);
  [[nodiscard]] Result<text::Delta> undo(DocumentId document);
  [[nodiscard]] Result<text::Delta> redo(DocumentId document);
  [[nodiscard]] bool turns_back(DocumentId document) const;
  [[nodiscard]] const merge::Document* document(DocumentId document) const;  ///< null until ready
  [[nodiscard]] std::optional<wire::DocumentInfo> info(DocumentId document) const;
  [[nodiscard]] std::vector<wire::DocumentInfo> documents() const;
  [[nodiscard]] peer::DocumentState state(DocumentId document) const;
  [[nodiscard]] std::size_t pending(DocumentId document) const;
  [[nodiscard]] Status rename(DocumentId document, std::string_view to);  ///< absolute path
  [[nodiscard]] Status erase(DocumentId document);

  // ---- people
  [[nodiscard]] std::vector<wire::Participant> participants() const;  ///< without oneself
  [[nodiscard]] std::optional<wire::Participant> self() const;
  [[nodiscard]] std::vector<peer::Cursor> cursors(DocumentId document) const;
  [[nodiscard]] std::vector<peer::Reported> diagnostics(DocumentId document) const;
  /// What the editor's own tools say; empty: nothing any more.
  void set_diagnostics(DocumentId document, std::vector<wire::Diagnostic> diagnostics);
  void move_cursor(DocumentId document, std::vector<wire::Selection> selections);
  void set_presence(wire::Activity activity, std::optional<DocumentId> document, bool typing);

  [[nodiscard]] Overview overview() const;

  /// Lets guarded files reach the disk as they are now: paths relative to the folder; empty: all that wait.
  Status accept(const std::vector<std::string>& paths);
  /// Lets a large deletion that waits for a word go ahead (`true`) or puts the files back into the session.
  void confirm_deletion(bool go_ahead);

  /// Leaves the session for good (bounded wait for durability) and unlinks the folder; files stay.
  void leave(std::function<void(Status)> done);

 private:
  struct State;
  explicit Workspace(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
};

/// Three texts into one: `mine` and `theirs` both come from `base`. What both did alike is taken once (work that had reached
/// the hub before a crash), everything else of both is kept. The result is the change to make to `theirs`.
[[nodiscard]] text::Delta merge_three_way(std::string_view base, std::string_view mine, std::string_view theirs);

}  // namespace tutti::workspace

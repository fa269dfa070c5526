#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "lsp-server/mirror/text_file.hpp"
#include "lsp-server/workspace/connection.hpp"
#include "lsp-server/workspace/folder_tending.hpp"
#include "lsp-server/workspace/journalling.hpp"
#include "lsp-server/workspace/live_replica.hpp"
#include "lsp-server/workspace/workspace.hpp"

// Private to the workspace's sources: session_side.cpp (what the session tells), editor_side.cpp (files that an editor has),
// overview.cpp (what others may look at), workspace.cpp (the outside).
namespace tutti::workspace {

inline constexpr net::Duration gather_typing{30};  ///< what others type reaches the disk this much later

/// A file that one of this process's editors has.
struct OpenFile {
  DocumentId document;
  std::optional<std::string> base;   ///< last known on disk
  std::optional<std::string> saved;  ///< written by the editor and not yet told to the process that holds the folder
};

struct Workspace::State {
  State(net::Loop& l, Options o, LinkFile link_file, Observer watcher, mirror::Root at);
  ~State();

  net::Loop& loop;
  Options options;
  LinkFile link;
  Observer observer;
  mirror::Root root;
  std::string real;  ///< the folder with symlinks above it resolved: editors may name it so
  mirror::OpenMarks marks;
  Journalling journalling;
  Connection connection;
  LiveReplica replica;
  FolderTending tending;
  net::Timer note_timer, keep_timer, leave_timer, status_timer;

  bool known = false;                                 ///< the session's files were told by the hub
  std::map<std::string, OpenFile, std::less<>> open;  ///< by relative path
  std::set<std::string> waiting;                      ///< opened before the session was known
  std::map<DocumentId, OpenFile> closing;             ///< closed, and the hub does not have everything of it yet
  std::map<DocumentId, text::Snapshot> shadows;       ///< not written down yet
  std::string noted;
  std::size_t refusals = 0;
  bool journal_trouble_told = false;
  std::function<void(Status)> left;

  [[nodiscard]] const peer::Peer& peer() const { return connection.peer(); }
  [[nodiscard]] std::string home(const char* name) const { return options.folder + "/.tutti/" + name; }
  [[nodiscard]] std::string absolute(std::string_view path) const { return options.folder + "/" + std::string(path); }
  [[nodiscard]] std::optional<std::string> relative(std::string_view path) const;
  void notice(NoticeLevel level, const std::string& words) const {
    if (observer.notice) observer.notice(level, words);
  }
  [[nodiscard]] bool is_open(DocumentId document) const;

  void on_effect(const peer::Effect& effect);
  void appeared(const wire::DocumentInfo& info);
  void ready(DocumentId document);
  void renamed(const peer::DocumentRenamed& move);
  void gone(DocumentId document);
  void path_taken(const peer::PathTaken& taken);
  void refused(const peer::Refused& refusal);
  void status_changed();
  void session_known();
  void tell_journal_trouble();
  void follow_journal();
  void took_over();

  /// Something that the person does to a text by an editor.
  template <class Call>
  auto own_edit(DocumentId document, Call call) {
    auto done = connection.local(call);
    if (auto* folder = tending.folder(); folder != nullptr && done) folder->document_changed(document);
    tending.attend(gather_typing);
    return done;
  }

  [[nodiscard]] bool may_open(const std::string& path) const;
  Opened open_now(const std::string& path);
  Result<DocumentId> share_file(const std::string& path);
  Status may_share(const std::string& path);
  Result<mirror::TextFile> read_text(const std::string& path) const;
  void opened_document(const std::string& path, OpenFile& file);
  void let_go(DocumentId document, const OpenFile& file);
  void keep();
  void note();
  void finish_leaving(Status status);
  [[nodiscard]] Overview overview() const;
};

}  // namespace tutti::workspace

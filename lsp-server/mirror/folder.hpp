#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lsp-server/mirror/consent.hpp"
#include "lsp-server/mirror/index.hpp"
#include "lsp-server/mirror/locks.hpp"
#include "lsp-server/mirror/replica.hpp"
#include "lsp-server/mirror/root.hpp"
#include "protocol/base/strong.hpp"

/// Keeps the closed files beneath a root and a session's texts in step. Does blocking file calls, but owns no clock, no thread
/// and no watch: `work` is told the time, does a bounded piece of what is due, and says when it wants to be called again.
///
///          disk's change ┌── base ──┐ session's change        base: text last known on the disk, part of the replica
///                        ▼          ▼
///                      disk      replica       settle: replica += disk's change, carried over the session's change;
///                        └── equal ─┘                  disk = replica; base = disk
///
/// A base that this process saw itself is exact. One from `.tutti/index.json` may be older than both (the process was killed):
/// then what both sides have alike is taken once.
///
/// Deletions are slow on purpose. A file that is missing on the disk is waited for, since many programs save by deleting and
/// writing anew, and since the other half of a rename may come next. Deletions by others are gathered, since a great many at
/// once need the person's word (A20).
namespace tutti::mirror {

enum class NoticeLevel { info, warning, error };

struct FolderLimits {
  std::size_t files = 10'000;
  std::size_t folder_entries = 50'000;
  std::size_t depth = 64;
  std::size_t work_items = 64;              ///< files looked at by one call of `work`
  std::int64_t missing_ms = 400;            ///< before a missing file counts as deleted
  std::int64_t gone_ms = 400;               ///< deletions by others are gathered that long
  std::int64_t open_disk_ms = 1500;         ///< for didSave to explain a change of an open file
  std::int64_t elsewhere_ms = 500;          ///< between looks at a file that another process's editor has open
  std::int64_t record_ms = 1000;            ///< between writes of the index
  std::int64_t retry_ms = 5000;             ///< after a write that failed
  std::size_t many_deletions = 20;          ///< more at once ask first
  std::size_t many_deletions_percent = 30;  ///< so does more than this part of a tree of at least `few_files`
  std::size_t few_files = 10;
};

struct FolderOptions {
  bool private_existing = false;  ///< with the first pass ever: what is here already stays private (join --merge)
  FolderLimits limits;
};

struct FolderCalls {
  std::function<void(NoticeLevel, const std::string&)> notice;
  std::function<void(const std::string& folder)> watch;  ///< relative; a folder that may hold shared files was found
};

struct FolderStatus {
  bool settled = false;  ///< nothing is due, and every file on the disk is what the session has, save what is held back
  bool scanned = false;  ///< the first pass is over
  std::size_t files = 0;
  std::size_t held_back = 0;
  std::size_t deletions_held = 0;
  std::size_t failing = 0;  ///< files that could not be written
};

class Folder {
 public:
  Folder(Root root, Index index, Consent consent, OpenMarks& marks, Replica& replica, FolderOptions options, FolderCalls calls);
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  /// The session's files are known: the first pass begins.
  void start();
  /// Some are, from before: those whose texts are here are kept in step. What the disk has or lacks beside them says nothing
  /// yet.
  void start_with_known();

  // What the session did.
  void document_changed(DocumentId document);  ///< appeared, ready, text or path
  void document_gone(DocumentId document);
  /// Our new document lost its path to `existing`; the disk still holds ours.
  void path_taken(DocumentId ours, DocumentId existing);

  // What the editor of this process did.
  /// Merges what is on the disk now, and leaves the file alone from here on. Answers the base: what the disk holds.
  std::optional<std::string> editor_opened(DocumentId document);
  /// The same for a process that takes the folder over while its editor has the file open: `base` is what it knows of the disk.
  void editor_has(DocumentId document, std::string_view base);
  void editor_saved(DocumentId document, std::string_view text);
  /// What the disk held before this process wrote the file for the first time; nullopt: it did not, or there was nothing.
  [[nodiscard]] std::optional<std::string> text_before(DocumentId document) const;
  void editor_closed(DocumentId document);

  // What the disk did.
  void disk_changed(std::string folder, std::string_view name);  ///< relative; name empty: anything in it
  void look_at_everything();
  void consent_changed();
  /// Held back deletions: do them, or share the files again.
  void confirm_deletions(bool go_ahead);

  /// Nullopt: nothing to do until something is told.
  [[nodiscard]] std::optional<Instant> work(Instant now);
  /// Writes down what a restart needs, as far as it is durable.
  void record();

  /// Whether `path` may be shared, else why not in plain words.
  [[nodiscard]] Status may_share(std::string_view path);
  [[nodiscard]] FolderStatus status() const;
  [[nodiscard]] const Consent& consent() const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace tutti::mirror

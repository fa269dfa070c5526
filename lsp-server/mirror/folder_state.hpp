#pragma once

#include <deque>
#include <map>
#include <set>
#include <unordered_map>
#include <vector>

#include "lsp-server/mirror/folder.hpp"
#include "lsp-server/mirror/ignore.hpp"
#include "lsp-server/mirror/text_file.hpp"

// Private to the folder's sources: settle.cpp (one file against one text), sweep.cpp (the disk's tree), removal.cpp (what went
// away), folder.cpp (order and time).
namespace tutti::mirror {

/// A document as the disk has it.
struct Mirrored {
  std::string path;                      ///< where the disk has it; the session may have renamed it since
  std::optional<text::Snapshot> base;    ///< nullopt: not on the disk, or not loaded yet (`recorded`)
  std::optional<text::Snapshot> before;  ///< on the disk before the first write
  bool exact = false;            ///< this process saw how the base came to be; else it may be older than disk and replica
  bool recorded = false;         ///< the base is in the index, and was not looked at yet
  TextHash hash;                 ///< of the base, for finding renames
  Fingerprint seen;              ///< of the disk's file when it was last read or written
  bool racy = false;             ///< it was read so soon after a change that another may hide behind the same fingerprint
  bool editor = false;           ///< an editor of this process has it
  bool waits_elsewhere = false;  ///< an editor of another process had it when last looked
  Instant waits_since;           ///< for the rest of a text that seems to be on its way; 0: does not wait

  [[nodiscard]] bool on_disk() const { return base.has_value() || recorded; }
};

enum class Record { drop, keep };  ///< what becomes of a forgotten document's line in the index

struct Folder::State {
  State(Root r, Index i, Consent c, OpenMarks& m, Replica& rep, FolderOptions o, FolderCalls calling)
      : root(std::move(r)),
        index(std::move(i)),
        consent(std::move(c)),
        marks(m),
        replica(rep),
        options(o),
        calls(std::move(calling)) {}

  Root root;
  Index index;
  Consent consent;
  OpenMarks& marks;
  Replica& replica;
  FolderOptions options;
  FolderCalls calls;
  Ignore ignore;

  std::map<DocumentId, Mirrored> files;
  std::map<std::string, DocumentId, std::less<>> by_path;
  std::unordered_multimap<TextHash, DocumentId> by_hash;

  Instant now;
  bool started = false;   ///< some files are known
  bool complete = false;  ///< all are
  bool scanned = false;
  std::set<DocumentId> to_settle;
  std::set<DocumentId> to_record;              ///< their base moved since it was written down
  std::set<std::string> to_scan;               ///< folders
  std::set<std::string> to_adopt;              ///< files without a document
  std::map<DocumentId, Instant> missing;       ///< since when
  std::map<DocumentId, Instant> later;         ///< settle again then
  std::map<DocumentId, Instant> open_changed;  ///< open here, and the disk changed: look then
  std::map<std::string, Instant> adopt_later;  ///< the session did not take the file now
  std::map<DocumentId, Mirrored> gone;         ///< deleted by others; still on the disk
  Instant gone_until;                          ///< gathering ends
  bool gone_held = false;
  std::map<DocumentId, std::string> failing;  ///< reason, so that it is said once
  std::set<std::string> told;                 ///< paths whose not being shared was told
  std::vector<std::string> newly_held;        ///< guarded files that the person was not told of yet
  std::size_t skipped_binary = 0, skipped_large = 0, skipped_secret = 0, skipped_other = 0;
  std::optional<Instant> record_at;  ///< when what moved is written down, so that many changes are one write

  void say(NoticeLevel level, const std::string& words) const {
    if (calls.notice) calls.notice(level, words);
  }
  /// `words` once for each `key`, as long as the process lives.
  void say_once(const std::string& key, NoticeLevel level, const std::string& words);

  // folder.cpp
  Mirrored& know(DocumentId document, const std::string& path);
  void forget(DocumentId document, Record record = Record::drop);
  void move_to(DocumentId document, Mirrored& file, const std::string& path);
  void set_base(DocumentId document, Mirrored& file, text::Snapshot base, const Fingerprint& seen);
  std::optional<std::string> base_text(DocumentId document, const Mirrored& file) const;
  void load_lines();
  void record(bool all);
  void record_in_time();
  void tell_held();
  std::optional<Instant> next_work() const;

  // settle.cpp
  void settle(DocumentId document);
  bool owned_by_editor(DocumentId document, Mirrored& file);
  bool follow_rename(DocumentId document, Mirrored& file);
  void step_aside(DocumentId document, Mirrored& file, const FileBytes& disk);
  void settle_present(DocumentId document, Mirrored& file, FileBytes disk);
  bool merge_disk(DocumentId document, Mirrored& file, const FileBytes& disk, const std::string& text);
  bool merge_without_base(DocumentId document, Mirrored& file, const FileBytes& disk, const std::string& text);
  enum class Taken { yes, kept_beside, later };  ///< kept_beside: the session refused, the disk's text lies beside the file
  Taken take_edit(DocumentId document, Mirrored& file, const FileBytes& disk, const text::Delta& delta);
  void write_out(DocumentId document, Mirrored& file, const std::optional<std::string>& expected);
  void take_displaced(DocumentId document, Mirrored& file, const text::Snapshot& base, const std::string& bytes);
  bool permitted(const std::string& path, std::string_view bytes);
  void keep_as_mine(const std::string& path, std::string_view bytes, const std::string& why);
  void load_base(DocumentId document, Mirrored& file);
  void settle_open_change(DocumentId document);
  void fail(DocumentId document, const std::string& words);

  // sweep.cpp
  void scan(const std::string& folder);
  void look_at(const std::string& path, const Entry& entry);
  void adopt(const std::string& path);
  void refuse_adoption(const std::string& path, const Error& why);
  std::optional<DocumentId> renamed_from(const std::string& path, const TextHash& hash);
  Status may_share(std::string_view path, bool is_folder);
  void end_of_first_pass();

  // removal.cpp
  void confirm_missing();
  void gather_gone();
  void remove_gone();
  void erase_shared(DocumentId document);
};

/// Text of a snapshot and its hash are wanted together.
[[nodiscard]] bool same_text(const text::Snapshot& snapshot, std::string_view text);
[[nodiscard]] std::string join_path(std::string_view folder, std::string_view name);

}  // namespace tutti::mirror

#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "lsp-server/mirror/folder.hpp"
#include "protocol/base/random.hpp"

namespace tutti::test {

/// A folder under /tmp that goes away with its owner.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

/// Writes as any program does: in place, making folders.
void put(const std::string& file, std::string_view bytes);
/// "<none>" when there is no such file.
[[nodiscard]] std::string get(const std::string& file);
[[nodiscard]] bool exists(const std::string& file);
/// Every regular file beneath a folder but `.tutti`, with its bytes.
[[nodiscard]] std::map<std::string, std::string> tree(const std::string& folder);

/// A session as a map of texts. What is done to it by `remote_*` is what others did.
class FakeReplica final : public mirror::Replica {
 public:
  struct Held {
    wire::DocumentInfo info;
    text::Rope text;
    bool ready = true;
  };

  [[nodiscard]] bool may_write() const override { return writable; }
  [[nodiscard]] std::vector<wire::DocumentInfo> documents() const override;
  [[nodiscard]] std::optional<wire::DocumentInfo> info(DocumentId document) const override;
  [[nodiscard]] std::optional<DocumentId> find(std::string_view path) const override;
  [[nodiscard]] std::optional<text::Snapshot> text(DocumentId document) const override;
  [[nodiscard]] bool durable(DocumentId) const override { return everything_durable; }
  [[nodiscard]] Result<DocumentId> create(std::string path, wire::Traits traits, std::string_view text) override;
  [[nodiscard]] Status edit(DocumentId document, const text::Delta& delta) override;
  [[nodiscard]] Status rename(DocumentId document, std::string path) override;
  [[nodiscard]] Status erase(DocumentId document) override;

  DocumentId add(const std::string& path, std::string_view text, wire::Traits traits = {});
  /// Replaces the first `old` by `with`.
  void substitute(const std::string& path, std::string_view old, std::string_view with);
  [[nodiscard]] std::string str(const std::string& path) const;  ///< "<none>" when there is no such document

  std::map<DocumentId, Held> held;
  bool writable = true;
  bool everything_durable = true;
  std::size_t edits = 0;

 private:
  Random random_{7};
};

/// A folder on the disk, a fake session, and the Folder between them, with a clock that is turned by hand.
class Bench {
 public:
  explicit Bench(mirror::FolderOptions options = {}, bool accept_guarded = false);

  /// The process starts: again, with everything that was written down, after the first time.
  void start();
  void stop();  ///< orderly
  void crash() { folder.reset(); }
  /// Lets `ms` pass, in small steps, and does all that is due.
  void pass(std::int64_t ms = 5000);
  /// Tells the folder to look at the disk, and lets time pass.
  void settle(std::int64_t ms = 5000);
  void write(const std::string& path, std::string_view bytes) { put(disk / path, bytes); }
  [[nodiscard]] std::string read(const std::string& path) const { return get(disk / path); }
  [[nodiscard]] bool noticed(std::string_view words) const;
  /// Others did something to a text or a path.
  void remote(const std::string& path) { folder->document_changed(*session.find(path)); }

  TemporaryFolder disk;
  FakeReplica session;
  std::unique_ptr<mirror::OpenMarks> marks;
  std::unique_ptr<mirror::Folder> folder;
  std::vector<std::string> notices;
  Instant now{1};
  mirror::FolderOptions options;
  bool accept_guarded;
  SessionId session_id;
};

}  // namespace tutti::test

#pragma once

#include <map>
#include <optional>
#include <string>

#include "lsp-server/mirror/descriptor.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"

/// Who may write what in a linked folder, among the processes of one machine. All locks are flock()s: the system lets go of
/// them when their process ends, however it ends.
namespace tutti::mirror {

/// `.tutti/lock`: its holder writes closed files. Also serves other files that one process at a time may own.
class FolderLock {
 public:
  /// Nullopt while another process holds it.
  [[nodiscard]] static Result<std::optional<FolderLock>> take(const std::string& file);

 private:
  explicit FolderLock(Descriptor held) : held_(std::move(held)) {}
  Descriptor held_;
};

/// `.tutti/open/<document>`: an editor of some process has the file open. One object per process.
class OpenMarks {
 public:
  explicit OpenMarks(std::string folder) : folder_(std::move(folder)) {}
  ~OpenMarks();
  OpenMarks(const OpenMarks&) = delete;
  OpenMarks& operator=(const OpenMarks&) = delete;

  /// Fails when another process marked it already (two editors on one file): then the mark is not ours.
  Status mark(DocumentId document);
  void release(DocumentId document);
  [[nodiscard]] bool mine(DocumentId document) const { return held_.contains(document); }
  /// Some other process has it open. Removes marks that a dead process left.
  [[nodiscard]] bool elsewhere(DocumentId document) const;

 private:
  [[nodiscard]] std::string file(DocumentId document) const { return folder_ + "/" + to_string(document); }

  std::string folder_;
  std::map<DocumentId, Descriptor> held_;
};

}  // namespace tutti::mirror

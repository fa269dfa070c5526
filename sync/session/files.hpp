#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/merge/document.hpp"
#include "sync/session/outbox.hpp"

namespace tutti::session {

/// How much of a document is sent to who asks for it.
enum class Extent { history, text };
/// A document as frames, at the version at which it was encoded. Whoever comes later gets the same ones, and the changes since.
struct Encoded {
  std::vector<Buffer> frames;  ///< none: not encoded
  std::size_t bytes = 0;
  merge::Known known;
};

/// A file of the session, deleted ones too.
struct File {
  std::string path;
  wire::Traits traits;
  bool deleted = false;
  merge::Document text;
  std::array<Encoded, 2> encoded{};        ///< by `Extent`
  std::optional<ParticipantId> creator{};  ///< known until the hub forgets the session
  std::uint32_t upload_edits = 0;          ///< by the creator, that still count as uploads
};

/// All files of a session, and which path belongs to which. Says what may not be; who may do it is judged elsewhere.
class Files {
 public:
  [[nodiscard]] File* find(DocumentId document);
  [[nodiscard]] const File* find(DocumentId document) const;
  /// A live file other than `except` that keeps `path` from being used: on the same path as some disk sees it, above it or
  /// below.
  [[nodiscard]] std::optional<DocumentId> in_the_way(std::string_view path, DocumentId except) const;
  /// Whether one more file fits, or one path more; `limit` says why not.
  [[nodiscard]] Status room_for(std::string_view path, const Limits& limits) const;

  /// Preconditions: the id is new, nothing is in the way.
  File& add(DocumentId document, File file);
  void rename(DocumentId document, std::string path);
  void erase(DocumentId document);

  /// Encodes a file for all who ask for it at about this time; kept while `limits.cached_bytes` allow. A text has at least
  /// `tail` events behind it.
  const Encoded& encode(DocumentId document, File& file, Extent extent, std::uint64_t tail, const Limits& limits);

  [[nodiscard]] std::vector<wire::DocumentInfo> live() const;

 private:
  std::map<DocumentId, File> files_;
  std::map<std::string, DocumentId, std::less<>> keys_;  ///< of live files
  std::size_t path_bytes_ = 0;                           ///< of live files
  std::size_t cached_ = 0;

  void forget(File& file);
};

[[nodiscard]] wire::DocumentInfo describe(DocumentId document, const File& file);
[[nodiscard]] merge::Limits merge_limits(const Limits& limits);

}  // namespace tutti::session

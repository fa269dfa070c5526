#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "lsp-server/mirror/root.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"

/// What a restart needs: which files were in step, and the text they were in step at.
///
/// `.tutti/index.json` names the files, `.tutti/base/<document>` holds each one's base: a text that was on the disk and that
/// the hub had for good. Only such a text may be written down. Then, whatever happens in between, what the person did is the
/// difference from the base to the disk, and what the others did is the difference from the base to the hub's text.
namespace tutti::mirror {

using TextHash = std::string;  ///< 32 hexadecimal digits of keyless BLAKE2b
[[nodiscard]] TextHash hash_text(std::string_view text);

struct IndexLine {
  std::string path;
  Fingerprint fingerprint;
  TextHash hash;  ///< of the base's text (LF form)
};

class Index {
 public:
  static constexpr std::size_t max_bytes = 64 * 1024 * 1024;

  /// `home` is the folder's `.tutti`. What belongs to another session, or cannot be read, is as good as nothing.
  [[nodiscard]] static Index load(const std::string& home, SessionId session);
  [[nodiscard]] Status save() const;

  [[nodiscard]] const std::map<DocumentId, IndexLine>& lines() const { return lines_; }
  [[nodiscard]] std::optional<std::string> base(DocumentId document) const;  ///< nullopt too when it does not fit its hash
  /// Writes the base at once; the line waits for `save`.
  Status put(DocumentId document, IndexLine line, std::string_view base);
  void drop(DocumentId document);

  /// Files that were here before the folder joined and that the person did not share.
  [[nodiscard]] const std::set<std::string>& unshared() const { return unshared_; }
  void set_unshared(std::string path, bool unshared);
  [[nodiscard]] bool first_time() const { return first_time_; }
  [[nodiscard]] bool dirty() const { return dirty_; }

 private:
  Index(std::string home, SessionId session) : home_(std::move(home)), session_(session) {}
  [[nodiscard]] std::string base_file(DocumentId document) const { return home_ + "/base/" + to_string(document); }

  std::string home_;
  SessionId session_;
  std::map<DocumentId, IndexLine> lines_;
  std::set<std::string> unshared_;
  bool first_time_ = true;
  mutable bool dirty_ = false;
};

}  // namespace tutti::mirror

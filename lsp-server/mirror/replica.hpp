#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"

namespace tutti::mirror {

/// What a folder needs of the session that it is kept in step with. `workspace` implements it over peer::Peer, tests over a
/// map.
class Replica {
 public:
  virtual ~Replica() = default;

  [[nodiscard]] virtual bool may_write() const = 0;  ///< false for a viewer
  [[nodiscard]] virtual std::vector<wire::DocumentInfo> documents() const = 0;
  [[nodiscard]] virtual std::optional<wire::DocumentInfo> info(DocumentId document) const = 0;
  [[nodiscard]] virtual std::optional<DocumentId> find(std::string_view path) const = 0;
  [[nodiscard]] virtual std::optional<text::Snapshot> text(DocumentId document) const = 0;  ///< nullopt until it is here
  /// The hub has everything of it that this process did, for good.
  [[nodiscard]] virtual bool durable(DocumentId document) const = 0;

  /// What a former process knew the disk to hold of it, out of this replica's own past; nullopt: not known.
  [[nodiscard]] virtual std::optional<text::Snapshot> written(DocumentId /*document*/) const { return std::nullopt; }
  /// The disk holds exactly the replica's text.
  virtual void wrote(DocumentId /*document*/) {}

  [[nodiscard]] virtual Result<DocumentId> create(std::string path, wire::Traits traits, std::string_view text) = 0;
  [[nodiscard]] virtual Status edit(DocumentId document, const text::Delta& delta) = 0;
  [[nodiscard]] virtual Status rename(DocumentId document, std::string path) = 0;
  [[nodiscard]] virtual Status erase(DocumentId document) = 0;
};

}  // namespace tutti::mirror

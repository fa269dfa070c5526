#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "lsp-server/mirror/replica.hpp"
#include "lsp-server/workspace/connection.hpp"
#include "lsp-server/workspace/journalling.hpp"

namespace tutti::workspace {

/// The mirror's view of a connection. Its edits are announced, since listeners hear of every change that is not their own.
class LiveReplica final : public mirror::Replica {
 public:
  LiveReplica(Connection& connection, const Journalling& journalling, const std::string& joined_role,
              std::function<void(DocumentId, const text::Delta&)> edited)
      : connection_(connection),
        journalling_(journalling),
        joined_as_viewer_(joined_role == "viewer"),
        edited_(std::move(edited)) {}

  [[nodiscard]] bool may_write() const override;
  [[nodiscard]] std::vector<wire::DocumentInfo> documents() const override;
  [[nodiscard]] std::optional<wire::DocumentInfo> info(DocumentId document) const override;
  [[nodiscard]] std::optional<DocumentId> find(std::string_view path) const override;
  [[nodiscard]] std::optional<text::Snapshot> text(DocumentId document) const override;
  [[nodiscard]] bool durable(DocumentId document) const override;
  [[nodiscard]] std::optional<text::Snapshot> written(DocumentId document) const override;
  void wrote(DocumentId document) override;
  [[nodiscard]] Result<DocumentId> create(std::string path, wire::Traits traits, std::string_view text) override;
  [[nodiscard]] Status edit(DocumentId document, const text::Delta& delta) override;
  [[nodiscard]] Status rename(DocumentId document, std::string path) override;
  [[nodiscard]] Status erase(DocumentId document) override;

 private:
  Connection& connection_;
  const Journalling& journalling_;
  bool joined_as_viewer_;
  std::function<void(DocumentId, const text::Delta&)> edited_;
};

}  // namespace tutti::workspace

#include "lsp-server/workspace/live_replica.hpp"

namespace tutti::workspace {

bool LiveReplica::may_write() const {
  const auto self = connection_.peer().self();
  return self ? self->role != wire::Role::viewer : !joined_as_viewer_;
}

std::vector<wire::DocumentInfo> LiveReplica::documents() const {
  return connection_.peer().documents();
}

std::optional<wire::DocumentInfo> LiveReplica::info(DocumentId document) const {
  return connection_.peer().info(document);
}

std::optional<DocumentId> LiveReplica::find(std::string_view path) const {
  return connection_.peer().find(path);
}

std::optional<text::Snapshot> LiveReplica::text(DocumentId document) const {
  const merge::Document* found = connection_.peer().document(document);
  return found != nullptr ? std::optional(found->snapshot()) : std::nullopt;
}

bool LiveReplica::durable(DocumentId document) const {
  return connection_.peer().document(document) != nullptr && connection_.peer().pending(document) == 0;
}

std::optional<text::Snapshot> LiveReplica::written(DocumentId document) const {
  return journalling_.disk_held(document);
}

void LiveReplica::wrote(DocumentId document) {
  connection_.run([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    peer.mark(document, peer::journal::Mark::Where::disk, now, effects);
  });
}

Result<DocumentId> LiveReplica::create(std::string path, wire::Traits traits, std::string_view text) {
  return connection_.local([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    return peer.create(std::move(path), traits, text, now, effects);
  });
}

Status LiveReplica::edit(DocumentId document, const text::Delta& delta) {
  auto done = connection_.local([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    return peer.edit(document, delta, now, effects, peer::By::tool);
  });
  if (done && edited_) edited_(document, delta);
  return done;
}

Status LiveReplica::rename(DocumentId document, std::string path) {
  return connection_.local([&](peer::Peer& peer, Instant now, peer::Effects& effects) {
    return peer.rename(document, std::move(path), now, effects);
  });
}

Status LiveReplica::erase(DocumentId document) {
  return connection_.local(
      [&](peer::Peer& peer, Instant now, peer::Effects& effects) { return peer.erase(document, now, effects); });
}

}  // namespace tutti::workspace

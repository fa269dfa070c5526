#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sync/store/names.hpp"
#include "sync/store/store.hpp"
#include "sync/store/succession.hpp"

// What a row of each table says, column by column, whichever database it comes from.
//
// `Rows` is a cursor: `step()` goes to the next row, then `text()`, `number()`, `flag()`, `id<Id>()` and their like read its
// columns in order. A value that no hub can have written marks the whole answer as corrupt instead of becoming a default.
namespace tutti::store {

inline Error damaged() {
  return {ErrorCode::corrupt, "the hub's database holds a row that cannot have been written by it"};
}

/// The one row that is asked for, or `absent`.
template <class Rows, class Read>
auto read_one(Rows& rows, const Error& absent, Read read) -> Result<decltype(read(rows))> {
  const auto found = rows.step();
  if (!found) return found.error();
  if (!*found) return absent;
  auto row = read(rows);
  if (rows.corrupt()) return damaged();
  return row;
}

template <class Rows, class Read>
auto read_all(Rows& rows, Read read) -> Result<std::vector<decltype(read(rows))>> {
  std::vector<decltype(read(rows))> all;
  for (;;) {
    const auto more = rows.step();
    if (!more) return more.error();
    if (rows.corrupt()) return damaged();
    if (!*more) return all;
    all.push_back(read(rows));
  }
}

/// The same into a place that is there already.
template <class Rows, class Row, class Read>
Status read_into(Rows&& rows, std::vector<Row>& place, Read read) {
  auto all = read_all(rows, read);
  if (!all) return all.error();
  place = std::move(*all);
  return {};
}

template <class Rows>
wire::Role read_role(Rows& rows) {
  const auto role = wire::parse_role(rows.text());
  if (!role) rows.mark_corrupt();
  return role.value_or(wire::Role::viewer);
}

template <class Rows>
wire::Kind read_kind(Rows& rows) {
  return rows.flag() ? wire::Kind::agent : wire::Kind::person;
}

template <class Rows>
SessionRow read_session(Rows& rows) {
  SessionRow row;
  row.id = rows.template id<SessionId>();
  row.name = rows.text();
  row.owner = rows.template id<ParticipantId>();
  row.project_path = rows.text();
  row.settings = rows.text();
  row.is_public = rows.flag();
  row.created_at = rows.number();
  row.updated_at = rows.number();
  row.expires_at = rows.optional_number();
  row.password_hash = rows.optional_text();
  return row;
}

template <class Rows>
UserRow read_user(Rows& rows) {
  UserRow row;
  row.id = rows.template id<ParticipantId>();
  row.name = rows.text();
  row.kind = read_kind(rows);
  row.created_at = rows.number();
  return row;
}

template <class Rows>
ParticipantRow read_participant(Rows& rows) {
  ParticipantRow row;
  row.session = rows.template id<SessionId>();
  row.user = rows.template id<ParticipantId>();
  row.kind = read_kind(rows);
  row.role = read_role(rows);
  row.joined_at = rows.number();
  row.last_active = rows.number();
  row.name = rows.text();
  return row;
}

/// Exactly as many bytes as there is room for, or corrupt.
template <class Rows, class Bytes>
void read_bytes(Rows& rows, Bytes& into) {
  const auto bytes = rows.blob();
  bytes.size() == into.size() ? void(std::copy(bytes.begin(), bytes.end(), into.begin())) : rows.mark_corrupt();
}

template <class Rows>
TokenRow read_token(Rows& rows) {
  TokenRow row;
  read_bytes(rows, row.hash);
  row.id = rows.template id<TokenId>();
  const auto kind = parse_token_kind(rows.text());
  if (!kind) rows.mark_corrupt();
  row.kind = kind.value_or(TokenKind::ticket);
  row.user = rows.template optional_id<ParticipantId>();
  row.session = rows.template optional_id<SessionId>();
  row.role = read_role(rows);
  row.created_at = rows.number();
  row.expires_at = rows.optional_number();
  row.revoked = rows.flag();
  if (const auto uses = rows.optional_number()) row.uses_left = static_cast<std::uint32_t>(*uses);
  row.password_hash = rows.optional_text();
  return row;
}

/// Of a session's image: what comes before its documents.
template <class Rows>
record::SessionImage read_head(Rows& rows) {
  record::SessionImage image;
  image.session = rows.template id<SessionId>();
  image.name = rows.text();
  image.position = Position(static_cast<std::uint64_t>(rows.number()));
  image.reserved_replicas = static_cast<std::uint32_t>(rows.number());
  return image;
}

template <class Rows>
record::DocumentRow read_document(Rows& rows) {
  record::DocumentRow row;
  row.document = rows.template id<DocumentId>();
  row.path = rows.text();
  const auto eol = wire::parse_eol(rows.text());
  if (!eol) rows.mark_corrupt();
  row.traits.eol = eol.value_or(wire::Eol::lf);
  row.traits.bom = rows.flag();
  row.traits.executable = rows.flag();
  row.deleted = rows.flag();
  return row;
}

template <class Rows>
record::ChangeRow read_change(Rows& rows) {
  record::ChangeRow row;
  row.document = rows.template id<DocumentId>();
  row.replica = ReplicaId(static_cast<std::uint32_t>(rows.number()));
  row.seq = Seq(static_cast<std::uint64_t>(rows.number()));
  row.events = static_cast<std::uint64_t>(rows.number());
  row.author = rows.template id<ParticipantId>();
  row.body = rows.blob();
  return row;
}

template <class Rows>
record::SnapshotRow read_snapshot(Rows& rows) {
  record::SnapshotRow row;
  row.document = rows.template id<DocumentId>();
  row.position = Position(static_cast<std::uint64_t>(rows.number()));
  row.events = static_cast<std::uint64_t>(rows.number());
  row.body = rows.blob();
  return row;
}

template <class Rows>
Predecessors read_predecessors(Rows& rows) {
  Predecessors before;
  before.newest = Position(static_cast<std::uint64_t>(rows.number()));
  before.snapshot = Position(static_cast<std::uint64_t>(rows.number()));
  before.events = static_cast<std::uint64_t>(rows.number());
  return before;
}

template <class Rows>
record::ReplicaRow read_replica(Rows& rows) {
  record::ReplicaRow row;
  row.replica = ReplicaId(static_cast<std::uint32_t>(rows.number()));
  row.participant = rows.template id<ParticipantId>();
  row.request = RequestId(static_cast<std::uint64_t>(rows.number()));
  row.retired = rows.flag();
  return row;
}

}  // namespace tutti::store

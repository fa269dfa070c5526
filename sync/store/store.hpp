#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/record/record.hpp"

// What a hub keeps. Blocking; called from store worker threads, never from the loop.
namespace tutti::store {

/// Seconds since 1970, UTC, by the hub's clock; given in by the caller.
using UnixSeconds = std::int64_t;
/// SHA-256 of a token or link secret: the only form in which one is kept.
using TokenHash = std::array<std::uint8_t, 32>;
/// Names a token towards people (to list and revoke a link) without being one.
using TokenId = Uuid<struct TokenTag>;

struct SessionRow {
  SessionId id;
  std::string name;
  ParticipantId owner;
  std::string project_path;
  std::string settings = "{}";  ///< JSON; comes back as the same value, perhaps with other spaces
  bool is_public = false;
  UnixSeconds created_at = 0, updated_at = 0;
  std::optional<UnixSeconds> expires_at;
  std::optional<std::string> password_hash;
  friend bool operator==(const SessionRow&, const SessionRow&) = default;
};

/// A person or an agent that this hub knows.
struct UserRow {
  ParticipantId id;
  std::string name;
  wire::Kind kind = wire::Kind::person;
  UnixSeconds created_at = 0;
  friend bool operator==(const UserRow&, const UserRow&) = default;
};

struct ParticipantRow {
  SessionId session;
  ParticipantId user;
  wire::Kind kind = wire::Kind::person;
  wire::Role role = wire::Role::viewer;
  UnixSeconds joined_at = 0, last_active = 0;
  std::string name;  ///< of the user or agent; read only
  friend bool operator==(const ParticipantRow&, const ParticipantRow&) = default;
};

enum class TokenKind { user, link, agent, ticket, participant };

struct TokenRow {
  TokenHash hash{};
  TokenId id;
  TokenKind kind = TokenKind::user;
  std::optional<ParticipantId> user;     ///< whose; of a link: who made it
  std::optional<SessionId> session;      ///< bound to one session (link, ticket, participant)
  wire::Role role = wire::Role::viewer;  ///< what a link grants
  UnixSeconds created_at = 0;
  std::optional<UnixSeconds> expires_at;  ///< valid before this second
  bool revoked = false;
  std::optional<std::uint32_t> uses_left;    ///< consumed atomically by `redeem`
  std::optional<std::string> password_hash;  ///< of a link
  friend bool operator==(const TokenRow&, const TokenRow&) = default;
};

/// Somebody is let into a session: all of it is recorded, or nothing.
struct Admission {
  std::optional<UserRow> guest;  ///< a person seen for the first time
  ParticipantRow participant;
  std::vector<TokenRow> tokens;
};

/// Every call is one transaction. `unavailable`: try again later, nothing is known to have happened. `io`: the disk says no.
/// Thread-safe: calls may come from several worker threads; facts of one session from one at a time.
class Store {
 public:
  virtual ~Store() = default;

  // Sessions.
  [[nodiscard]] virtual Status create_session(const SessionRow& session, const Admission& owner) = 0;
  [[nodiscard]] virtual Result<SessionRow> session(SessionId id) = 0;
  /// Sessions that `user` takes part in, and public ones; newest first, at most `most`, names containing `search`
  /// without regard to the case of ASCII letters.
  [[nodiscard]] virtual Result<std::vector<SessionRow>> sessions(ParticipantId user, std::string_view search,
                                                                 std::size_t most) = 0;
  [[nodiscard]] virtual Result<std::vector<SessionId>> session_ids() = 0;
  [[nodiscard]] virtual Status update_session(const SessionRow& session) = 0;
  [[nodiscard]] virtual Status delete_session(SessionId id) = 0;

  // People.
  [[nodiscard]] virtual Status put_user(const UserRow& user) = 0;
  [[nodiscard]] virtual Result<UserRow> user(ParticipantId id) = 0;
  [[nodiscard]] virtual Result<std::vector<UserRow>> users() = 0;
  [[nodiscard]] virtual Status admit(const Admission& admission) = 0;
  /// Adds, or changes role and last activity; `not_found` without the session or the user.
  [[nodiscard]] virtual Status put_participant(const ParticipantRow& participant) = 0;
  [[nodiscard]] virtual Result<ParticipantRow> participant(SessionId session, ParticipantId user) = 0;
  [[nodiscard]] virtual Result<std::vector<ParticipantRow>> participants(SessionId session) = 0;
  /// Their tokens for this session are revoked with it.
  [[nodiscard]] virtual Status remove_participant(SessionId session, ParticipantId user) = 0;

  // Tokens.
  [[nodiscard]] virtual Status put_token(const TokenRow& token) = 0;
  /// A token that is not revoked, used up or expired at `now`; `denied` otherwise. Takes no use.
  [[nodiscard]] virtual Result<TokenRow> token(const TokenHash& hash, UnixSeconds now) = 0;
  /// The same, and takes one use from those that are counted. The row tells the uses left after that.
  [[nodiscard]] virtual Result<TokenRow> redeem(const TokenHash& hash, UnixSeconds now) = 0;
  [[nodiscard]] virtual Status revoke_token(const TokenHash& hash) = 0;
  /// Everything that lets this user in, in every session.
  [[nodiscard]] virtual Status revoke_tokens_of(ParticipantId user) = 0;
  /// A session's links that are not revoked, oldest first.
  [[nodiscard]] virtual Result<std::vector<TokenRow>> links(SessionId session) = 0;
  [[nodiscard]] virtual Status revoke_link(SessionId session, TokenId link) = 0;

  // The documents of a session.
  [[nodiscard]] virtual Result<record::SessionImage> load(SessionId id) = 0;
  /// Keeps facts in the order given, all or none, durably when it returns. A fact at or below the stored position is a retry
  /// after an unknown outcome: its changes are compared, not written again, and one that differs or is missing is `conflict`.
  [[nodiscard]] virtual Status append(SessionId id, std::span<const record::Fact> facts) = 0;
  /// What is kept of one document up to `upto`; `not_found`.
  [[nodiscard]] virtual Result<record::History> history(SessionId id, DocumentId document, Position upto) = 0;
  /// Puts a snapshot in the place of the document's changes up to its position, and of the snapshot before. `conflict` unless
  /// it has exactly as many events as they have together. The caller names a position whose commit is known: what may still be
  /// retried must stay as it was written.
  [[nodiscard]] virtual Status compact(SessionId id, const record::SnapshotRow& snapshot) = 0;
  /// Replica ids below `end` may be issued from now on. Never goes down.
  [[nodiscard]] virtual Status reserve_replicas(SessionId id, std::uint32_t end) = 0;

  // The hubs on this store: one serves, the others stand by to take its place.
  /// Whether some hub serves from it now.
  [[nodiscard]] virtual Result<bool> served() = 0;
  /// Makes this process the one that may append, and says whether it still is: `conflict` while another hub serves.
  [[nodiscard]] virtual Status hold() = 0;
  /// The hub that participants reach at `url` is there at `now`.
  [[nodiscard]] virtual Status announce(const std::string& url, UnixSeconds now) = 0;
  /// The addresses that were announced at or after `since`, newest first, at most `most`.
  [[nodiscard]] virtual Result<std::vector<std::string>> hubs(UnixSeconds since, std::size_t most) = 0;

  /// 32 random bytes made at first use: the hub's stamp key.
  [[nodiscard]] virtual Result<std::array<std::uint8_t, 32>> stamp_key() = 0;
  /// Looks for damage, as far as that can be seen without knowing texts: `corrupt` with the first finding.
  [[nodiscard]] virtual Status check() = 0;
  /// Whether the store answers right now.
  [[nodiscard]] virtual Status ping() = 0;
};

}  // namespace tutti::store

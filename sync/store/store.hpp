#pragma once

#include <array>
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

struct SessionRow {
  SessionId id;
  std::string name;
  ParticipantId owner;
  std::string project_path;
  std::string settings = "{}";  ///< JSON
  bool is_public = false;
  UnixSeconds created_at = 0, updated_at = 0;
  std::optional<UnixSeconds> expires_at;
  std::optional<std::string> password_hash;
};

struct UserRow {
  ParticipantId id;
  std::string name;
  UnixSeconds created_at = 0;
};

struct ParticipantRow {
  SessionId session;
  ParticipantId user;
  wire::Kind kind = wire::Kind::person;
  wire::Role role = wire::Role::viewer;
  UnixSeconds joined_at = 0, last_active = 0;
  std::string name;  ///< of the user or agent; read only
};

enum class TokenKind { user, link, agent, ticket };

struct TokenRow {
  TokenHash hash{};
  TokenKind kind = TokenKind::user;
  std::optional<ParticipantId> user;     ///< whose (user, agent, ticket)
  std::optional<SessionId> session;      ///< bound to one session (link, ticket, participant's bearer)
  wire::Role role = wire::Role::viewer;  ///< what a link grants
  UnixSeconds created_at = 0;
  std::optional<UnixSeconds> expires_at;
  bool revoked = false;
  std::optional<std::uint32_t> uses_left;  ///< consumed atomically by `redeem`
};

/// Every call is one transaction. `unavailable`: try again later, nothing is known to have happened. `io`: the disk says no.
/// Thread-safe: calls may come from several worker threads; facts of one session from one at a time.
class Store {
 public:
  virtual ~Store() = default;

  // Records of sessions and people.
  [[nodiscard]] virtual Status create_session(const SessionRow& session, const ParticipantRow& owner) = 0;
  [[nodiscard]] virtual Result<SessionRow> session(SessionId id) = 0;
  /// Sessions that `user` takes part in, and public ones; newest first, at most `most`, names containing `search`.
  [[nodiscard]] virtual Result<std::vector<SessionRow>> sessions(ParticipantId user, std::string_view search,
                                                                 std::size_t most) = 0;
  [[nodiscard]] virtual Status update_session(const SessionRow& session) = 0;
  [[nodiscard]] virtual Status delete_session(SessionId id) = 0;
  [[nodiscard]] virtual Status put_user(const UserRow& user) = 0;
  [[nodiscard]] virtual Result<UserRow> user(ParticipantId id) = 0;
  [[nodiscard]] virtual Status put_participant(const ParticipantRow& participant) = 0;
  [[nodiscard]] virtual Result<ParticipantRow> participant(SessionId session, ParticipantId user) = 0;
  [[nodiscard]] virtual Result<std::vector<ParticipantRow>> participants(SessionId session) = 0;
  [[nodiscard]] virtual Status remove_participant(SessionId session, ParticipantId user) = 0;
  [[nodiscard]] virtual Status put_token(const TokenRow& token) = 0;
  /// Finds a token that is not revoked or expired at `now`; `denied` otherwise. Takes one use from those that are counted.
  [[nodiscard]] virtual Result<TokenRow> redeem(const TokenHash& hash, UnixSeconds now) = 0;
  [[nodiscard]] virtual Status revoke_token(const TokenHash& hash) = 0;

  // The documents of a session.
  [[nodiscard]] virtual Result<record::SessionImage> load(SessionId id) = 0;
  /// Keeps facts in the order given, all or none, durably when it returns. A row that is there already and equal is passed over
  /// (an unknown outcome may be retried); one that differs is `conflict`.
  [[nodiscard]] virtual Status append(SessionId id, std::span<const record::Fact> facts) = 0;
  /// Replica ids below `end` may be issued from now on.
  [[nodiscard]] virtual Status reserve_replicas(SessionId id, std::uint32_t end) = 0;

  /// 32 random bytes made at first use: the hub's stamp key.
  [[nodiscard]] virtual Result<std::array<std::uint8_t, 32>> stamp_key() = 0;
};

}  // namespace tutti::store

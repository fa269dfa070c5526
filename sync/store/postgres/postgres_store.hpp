#pragma once

#include <memory>
#include <string>

#include "sync/store/postgres/pool.hpp"
#include "sync/store/store.hpp"

/// A hub's record in a PostgreSQL database.
///
///   writer thread ──append──▶ facts connection ───┐
///                                                 ├─▶ server      fsync, full_page_writes, synchronous_commit = on
///   REST workers ──the rest─▶ records connections ┘
///
/// The facts connection is one, and holds an advisory lock for as long as it lives: whoever appends has that lock, so two hubs
/// can never write facts into one database, not even when one of them was believed dead. `hold` takes the lock where nobody has
/// it. A connection that the network lost may live on at the server, with the lock and perhaps in the middle of a commit; the
/// next one ends it first. Commands such as `user add` write no facts and work beside a running hub.
///
/// A server that is away makes every call `unavailable`, at once or after a bounded wait, and connections come back by
/// themselves (Pool). Nothing is ever retried behind the caller's back once it was begun.
namespace tutti::store {

class PostgresStore final : public Store {
 public:
  struct Options {
    std::string url;                             ///< postgres://…
    bool unsafe = false;                         ///< take a server that may lose what it called committed
    bool create = true;                          ///< make the tables; otherwise `not_found` where there are none
    std::chrono::milliseconds patience{15'000};  ///< for one statement
  };
  static constexpr std::size_t record_connections = 4;

  /// Brings the schema up to date, and refuses a server that is not durable.
  static Result<std::unique_ptr<PostgresStore>> open(const Options& options);
  ~PostgresStore() override;

  Status create_session(const SessionRow& session, const Admission& owner) override;
  Result<SessionRow> session(SessionId id) override;
  Result<std::vector<SessionRow>> sessions(ParticipantId user, std::string_view search, std::size_t most) override;
  Result<std::vector<SessionId>> session_ids() override;
  Status update_session(const SessionRow& session) override;
  Status delete_session(SessionId id) override;
  Status put_user(const UserRow& user) override;
  Result<UserRow> user(ParticipantId id) override;
  Result<std::vector<UserRow>> users() override;
  Status admit(const Admission& admission) override;
  Status put_participant(const ParticipantRow& participant) override;
  Result<ParticipantRow> participant(SessionId session, ParticipantId user) override;
  Result<std::vector<ParticipantRow>> participants(SessionId session) override;
  Status remove_participant(SessionId session, ParticipantId user) override;
  Status put_token(const TokenRow& token) override;
  Result<TokenRow> token(const TokenHash& hash, UnixSeconds now) override;
  Result<TokenRow> redeem(const TokenHash& hash, UnixSeconds now) override;
  Status revoke_token(const TokenHash& hash) override;
  Status revoke_tokens_of(ParticipantId user) override;
  Result<std::vector<TokenRow>> links(SessionId session) override;
  Status revoke_link(SessionId session, TokenId link) override;
  Result<record::SessionImage> load(SessionId id) override;
  Status append(SessionId id, std::span<const record::Fact> facts) override;
  Result<record::History> history(SessionId id, DocumentId document, Position upto) override;
  Status compact(SessionId id, const record::SnapshotRow& snapshot) override;
  Status reserve_replicas(SessionId id, std::uint32_t end) override;
  Result<bool> served() override;
  Status hold() override;
  Status announce(const std::string& url, UnixSeconds now) override;
  Result<std::vector<std::string>> hubs(UnixSeconds since, std::size_t most) override;
  Result<std::array<std::uint8_t, 32>> stamp_key() override;
  Status check() override;
  Status ping() override;

 private:
  explicit PostgresStore(const Options& options);
  /// `work(Connection&)` inside a transaction of `mode`, on a connection that works.
  template <class F>
  auto transact(postgres::Pool& pool, postgres::Transaction::Mode mode, F work)
      -> decltype(work(std::declval<postgres::Connection&>()));
  template <class F>
  auto read(F work) {
    return transact(records_, postgres::Transaction::Mode::read, std::move(work));
  }
  template <class F>
  auto write(F work) {
    return transact(records_, postgres::Transaction::Mode::write, std::move(work));
  }

  postgres::Watchdog watchdog_;
  postgres::Pool facts_;
  postgres::Pool records_;
};

}  // namespace tutti::store

#pragma once

#include <memory>
#include <mutex>

#include "sync/store/sqlite/connection.hpp"
#include "sync/store/store.hpp"

/// A hub's record in one SQLite file.
///
///   writer thread ──append──▶ facts connection ──┐
///                                                ├─▶ hub.db + hub.db-wal     WAL, synchronous=FULL
///   REST workers ──the rest─▶ records connection ┘
///
/// Two connections, each behind its own mutex, so that a join is not held up by a commit that waits for the disk; SQLite
/// lets one of them write at a time. A connection that met an I/O error is closed, and the next call opens a fresh one: what
/// it had cached in memory is not to be believed any more.
namespace tutti::store {

class SqliteStore final : public Store {
 public:
  /// Creates the file (0600) or brings its schema up to date.
  static Result<std::unique_ptr<SqliteStore>> open(const sqlite::Options& options);
  ~SqliteStore() override;

  /// For tests of a full disk: 0 lifts the bound.
  Status limit_pages(std::int64_t pages);

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
  /// Reads every page.
  Status check() override;
  Status ping() override;

 private:
  struct Side {
    std::mutex mutex;
    std::unique_ptr<sqlite::Connection> connection;
  };

  explicit SqliteStore(sqlite::Options options);
  Status ready(Side& side);
  /// `work(Connection&)` inside a transaction of `mode`, on a connection that works.
  template <class F>
  auto transact(Side& side, sqlite::Transaction::Mode mode, F work) -> decltype(work(*side.connection));
  template <class F>
  auto read(F work) {
    return transact(records_, sqlite::Transaction::Mode::read, std::move(work));
  }
  template <class F>
  auto write(F work) {
    return transact(records_, sqlite::Transaction::Mode::write, std::move(work));
  }

  sqlite::Options options_;
  Side facts_;
  Side records_;
};

}  // namespace tutti::store

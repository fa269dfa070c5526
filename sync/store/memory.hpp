#pragma once

#include <functional>
#include <memory>

#include "sync/store/store.hpp"

namespace tutti::store {

/// Keeps everything in memory and fails on demand: the reference that the other stores are compared with, and the store of
/// the tests that need one to fail. Any thread.
class MemoryStore final : public Store {
 public:
  MemoryStore();
  ~MemoryStore() override;

  // Faults. Each applies to calls that begin after it was set.

  /// The next `calls` answer `error` and do nothing.
  void fail_next(std::size_t calls, Error error);
  /// Every call fails until `heal`.
  void fail_until_healed(Error error);
  void heal();
  /// The next `calls` do their work and answer `unavailable` all the same, as when a commit's answer is lost.
  void lose_outcome_of_next(std::size_t calls);
  /// Forgets the newest `facts` facts of a session, as a crash does with what was not flushed.
  void lose_tail(SessionId id, std::size_t facts);
  /// Called at the start of each call, unlocked, with its name: the caller's place to delay it.
  void before_each(std::function<void(std::string_view call)> hook);

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
  struct State;
  template <class F>
  auto call(std::string_view name, F work) -> decltype(work());
  std::unique_ptr<State> state_;
};

}  // namespace tutti::store

#include "sync/store/memory.hpp"

#include <sodium.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "sync/store/facts.hpp"

namespace tutti::store {

namespace {

struct Kept {
  SessionRow row;
  std::map<ParticipantId, ParticipantRow> participants;
  FactLog log;
  std::uint32_t reserved = 0;
};

/// As SQLite's LIKE: without regard to the case of ASCII letters.
bool contains(std::string_view text, std::string_view part) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  const auto same = [&](char a, char b) { return lower(a) == lower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), same) != text.end() || part.empty();
}

Error absent(const char* what) {
  return error(ErrorCode::not_found, what);
}

bool usable(const TokenRow& token, UnixSeconds now) {
  return !token.revoked && (!token.expires_at || now < *token.expires_at) && token.uses_left != 0U;
}

}  // namespace

struct MemoryStore::State {
  std::mutex mutex;
  std::map<SessionId, Kept> sessions;
  std::map<ParticipantId, UserRow> users;
  std::map<TokenHash, TokenRow> tokens;
  std::optional<std::array<std::uint8_t, 32>> key;
  std::map<std::string, UnixSeconds> hubs;

  std::size_t failing = 0;
  std::optional<Error> failure;
  bool until_healed = false;
  std::size_t outcomes_to_lose = 0;
  std::function<void(std::string_view)> hook;

  std::optional<Error> fault() {
    if (until_healed) return failure;
    if (failing == 0) return std::nullopt;
    --failing;
    return failure;
  }
  bool loses_outcome() { return outcomes_to_lose > 0 && outcomes_to_lose-- > 0; }

  Status put_participant(const ParticipantRow& row) {
    const auto session = sessions.find(row.session);
    const auto user = users.find(row.user);
    if (session == sessions.end()) return absent("no such session");
    if (user == users.end()) return absent("no such user");
    auto [at, fresh] = session->second.participants.try_emplace(row.user, row);
    at->second.role = row.role;
    at->second.last_active = row.last_active;
    at->second.kind = user->second.kind;
    return {};
  }
  Status put_token(const TokenRow& row) {
    if (row.session && !sessions.contains(*row.session)) return absent("no such session");
    if (!tokens.try_emplace(row.hash, row).second) return error(ErrorCode::conflict, "this token exists already");
    return {};
  }
  Status admit(const Admission& admission) {
    if (admission.guest) users[admission.guest->id] = *admission.guest;
    if (auto status = put_participant(admission.participant); !status) return status;
    for (const auto& row : admission.tokens) {
      if (auto status = put_token(row); !status) return status;
    }
    return {};
  }
  ParticipantRow named(ParticipantRow row) {
    row.name = users[row.user].name;
    return row;
  }
};

MemoryStore::MemoryStore() : state_(std::make_unique<State>()) {}
MemoryStore::~MemoryStore() = default;

template <class F>
auto MemoryStore::call(std::string_view name, F work) -> decltype(work()) {
  std::function<void(std::string_view)> hook;
  {
    const std::lock_guard lock(state_->mutex);
    hook = state_->hook;
  }
  if (hook) hook(name);
  const std::lock_guard lock(state_->mutex);
  if (auto fault = state_->fault()) return *fault;
  auto result = work();
  if (state_->loses_outcome()) return error(ErrorCode::unavailable, "the store's answer was lost");
  return result;
}

void MemoryStore::fail_next(std::size_t calls, Error error) {
  const std::lock_guard lock(state_->mutex);
  state_->failing = calls;
  state_->failure = std::move(error);
}

void MemoryStore::fail_until_healed(Error error) {
  const std::lock_guard lock(state_->mutex);
  state_->until_healed = true;
  state_->failure = std::move(error);
}

void MemoryStore::heal() {
  const std::lock_guard lock(state_->mutex);
  state_->until_healed = false;
  state_->failing = 0;
}

void MemoryStore::lose_outcome_of_next(std::size_t calls) {
  const std::lock_guard lock(state_->mutex);
  state_->outcomes_to_lose = calls;
}

void MemoryStore::lose_tail(SessionId id, std::size_t facts) {
  const std::lock_guard lock(state_->mutex);
  state_->sessions.at(id).log.lose_tail(facts);
}

void MemoryStore::before_each(std::function<void(std::string_view)> hook) {
  const std::lock_guard lock(state_->mutex);
  state_->hook = std::move(hook);
}

Status MemoryStore::create_session(const SessionRow& session, const Admission& owner) {
  return call("create_session", [&]() -> Status {
    if (!state_->sessions.try_emplace(session.id, Kept{session, {}, {}, 0}).second) {
      return error(ErrorCode::conflict, "this session exists already");
    }
    auto status = state_->admit(owner);
    if (!status) state_->sessions.erase(session.id);
    return status;
  });
}

Result<SessionRow> MemoryStore::session(SessionId id) {
  return call("session", [&]() -> Result<SessionRow> {
    const auto found = state_->sessions.find(id);
    if (found == state_->sessions.end()) return absent("no such session");
    return found->second.row;
  });
}

Result<std::vector<SessionRow>> MemoryStore::sessions(ParticipantId user, std::string_view search, std::size_t most) {
  return call("sessions", [&]() -> Result<std::vector<SessionRow>> {
    std::vector<SessionRow> rows;
    for (const auto& [id, kept] : state_->sessions) {
      const bool visible = kept.row.is_public || kept.participants.contains(user);
      if (visible && contains(kept.row.name, search)) rows.push_back(kept.row);
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.created_at > b.created_at; });
    if (rows.size() > most) rows.resize(most);
    return rows;
  });
}

Result<std::vector<SessionId>> MemoryStore::session_ids() {
  return call("session_ids", [&]() -> Result<std::vector<SessionId>> {
    std::vector<SessionId> ids;
    for (const auto& [id, kept] : state_->sessions) ids.push_back(id);
    return ids;
  });
}

Status MemoryStore::update_session(const SessionRow& session) {
  return call("update_session", [&]() -> Status {
    const auto found = state_->sessions.find(session.id);
    if (found == state_->sessions.end()) return absent("no such session");
    found->second.row = session;
    return {};
  });
}

Status MemoryStore::delete_session(SessionId id) {
  return call("delete_session", [&]() -> Status {
    if (state_->sessions.erase(id) == 0) return absent("no such session");
    std::erase_if(state_->tokens, [&](const auto& entry) { return entry.second.session == id; });
    return {};
  });
}

Status MemoryStore::put_user(const UserRow& user) {
  return call("put_user", [&]() -> Status {
    state_->users[user.id] = user;
    return {};
  });
}

Result<UserRow> MemoryStore::user(ParticipantId id) {
  return call("user", [&]() -> Result<UserRow> {
    const auto found = state_->users.find(id);
    if (found == state_->users.end()) return absent("no such user");
    return found->second;
  });
}

Result<std::vector<UserRow>> MemoryStore::users() {
  return call("users", [&]() -> Result<std::vector<UserRow>> {
    std::vector<UserRow> rows;
    for (const auto& [id, row] : state_->users) rows.push_back(row);
    return rows;
  });
}

Status MemoryStore::admit(const Admission& admission) {
  return call("admit", [&]() -> Status {
    if (!state_->sessions.contains(admission.participant.session)) return absent("no such session");
    return state_->admit(admission);
  });
}

Status MemoryStore::put_participant(const ParticipantRow& participant) {
  return call("put_participant", [&] { return state_->put_participant(participant); });
}

Result<ParticipantRow> MemoryStore::participant(SessionId session, ParticipantId user) {
  return call("participant", [&]() -> Result<ParticipantRow> {
    const auto found = state_->sessions.find(session);
    if (found == state_->sessions.end()) return absent("no such session");
    const auto row = found->second.participants.find(user);
    if (row == found->second.participants.end()) return absent("no such participant");
    return state_->named(row->second);
  });
}

Result<std::vector<ParticipantRow>> MemoryStore::participants(SessionId session) {
  return call("participants", [&]() -> Result<std::vector<ParticipantRow>> {
    const auto found = state_->sessions.find(session);
    if (found == state_->sessions.end()) return absent("no such session");
    std::vector<ParticipantRow> rows;
    for (const auto& [id, row] : found->second.participants) rows.push_back(state_->named(row));
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.joined_at < b.joined_at; });
    return rows;
  });
}

Status MemoryStore::remove_participant(SessionId session, ParticipantId user) {
  return call("remove_participant", [&]() -> Status {
    const auto found = state_->sessions.find(session);
    if (found == state_->sessions.end() || found->second.participants.erase(user) == 0) {
      return absent("no such participant");
    }
    for (auto& [hash, row] : state_->tokens) {
      if (row.kind != TokenKind::link && row.session == session && row.user == user) row.revoked = true;
    }
    return {};
  });
}

Status MemoryStore::put_token(const TokenRow& token) {
  return call("put_token", [&] { return state_->put_token(token); });
}

Result<TokenRow> MemoryStore::token(const TokenHash& hash, UnixSeconds now) {
  return call("token", [&]() -> Result<TokenRow> {
    const auto found = state_->tokens.find(hash);
    if (found == state_->tokens.end() || !usable(found->second, now))
      return error(ErrorCode::denied, "this token is not valid");
    return found->second;
  });
}

Result<TokenRow> MemoryStore::redeem(const TokenHash& hash, UnixSeconds now) {
  return call("redeem", [&]() -> Result<TokenRow> {
    const auto found = state_->tokens.find(hash);
    if (found == state_->tokens.end() || !usable(found->second, now))
      return error(ErrorCode::denied, "this token is not valid");
    if (found->second.uses_left) --*found->second.uses_left;
    return found->second;
  });
}

Status MemoryStore::revoke_token(const TokenHash& hash) {
  return call("revoke_token", [&]() -> Status {
    const auto found = state_->tokens.find(hash);
    if (found == state_->tokens.end()) return absent("no such token");
    found->second.revoked = true;
    return {};
  });
}

Status MemoryStore::revoke_tokens_of(ParticipantId user) {
  return call("revoke_tokens_of", [&]() -> Status {
    for (auto& [hash, row] : state_->tokens) {
      if (row.user == user) row.revoked = true;
    }
    return {};
  });
}

Result<std::vector<TokenRow>> MemoryStore::links(SessionId session) {
  return call("links", [&]() -> Result<std::vector<TokenRow>> {
    std::vector<TokenRow> rows;
    for (const auto& [hash, row] : state_->tokens) {
      if (row.kind == TokenKind::link && row.session == session && !row.revoked) rows.push_back(row);
    }
    std::stable_sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) { return a.created_at < b.created_at; });
    return rows;
  });
}

Status MemoryStore::revoke_link(SessionId session, TokenId link) {
  return call("revoke_link", [&]() -> Status {
    for (auto& [hash, row] : state_->tokens) {
      if (row.kind != TokenKind::link || row.session != session || row.id != link || row.revoked) continue;
      row.revoked = true;
      return {};
    }
    return absent("no such link");
  });
}

Result<record::SessionImage> MemoryStore::load(SessionId id) {
  return call("load", [&]() -> Result<record::SessionImage> {
    const auto found = state_->sessions.find(id);
    if (found == state_->sessions.end()) return absent("no such session");
    auto image = found->second.log.image();
    image.session = id;
    image.name = found->second.row.name;
    image.reserved_replicas = found->second.reserved;
    return image;
  });
}

Status MemoryStore::append(SessionId id, std::span<const record::Fact> facts) {
  return call("append", [&]() -> Status {
    const auto found = state_->sessions.find(id);
    if (found == state_->sessions.end()) return absent("no such session");
    return found->second.log.append(facts);
  });
}

Result<record::History> MemoryStore::history(SessionId id, DocumentId document, Position upto) {
  return call("history", [&]() -> Result<record::History> {
    const auto found = state_->sessions.find(id);
    if (found == state_->sessions.end()) return absent("no such session");
    return found->second.log.history(document, upto);
  });
}

Status MemoryStore::compact(SessionId id, const record::SnapshotRow& snapshot) {
  return call("compact", [&]() -> Status {
    const auto found = state_->sessions.find(id);
    if (found == state_->sessions.end()) return absent("no such session");
    return found->second.log.compact(snapshot);
  });
}

Status MemoryStore::reserve_replicas(SessionId id, std::uint32_t end) {
  return call("reserve_replicas", [&]() -> Status {
    const auto found = state_->sessions.find(id);
    if (found == state_->sessions.end()) return absent("no such session");
    found->second.reserved = std::max(found->second.reserved, end);
    return {};
  });
}

Result<bool> MemoryStore::served() {
  return call("served", []() -> Result<bool> { return false; });
}

Status MemoryStore::hold() {
  return call("hold", []() -> Status { return {}; });
}

Status MemoryStore::announce(const std::string& url, UnixSeconds now) {
  return call("announce", [&]() -> Status {
    state_->hubs[url] = now;
    return {};
  });
}

Result<std::vector<std::string>> MemoryStore::hubs(UnixSeconds since, std::size_t most) {
  return call("hubs", [&]() -> Result<std::vector<std::string>> {
    std::vector<std::pair<UnixSeconds, std::string>> seen;
    for (const auto& [url, at] : state_->hubs) {
      if (at >= since) seen.emplace_back(-at, url);
    }
    std::sort(seen.begin(), seen.end());
    std::vector<std::string> urls;
    for (const auto& [at, url] : seen) {
      if (urls.size() < most) urls.push_back(url);
    }
    return urls;
  });
}

Result<std::array<std::uint8_t, 32>> MemoryStore::stamp_key() {
  return call("stamp_key", [&]() -> Result<std::array<std::uint8_t, 32>> {
    if (!state_->key) randombytes_buf(state_->key.emplace().data(), 32);
    return *state_->key;
  });
}

Status MemoryStore::check() {
  return call("check", []() -> Status { return {}; });
}

Status MemoryStore::ping() {
  return call("ping", []() -> Status { return {}; });
}

}  // namespace tutti::store

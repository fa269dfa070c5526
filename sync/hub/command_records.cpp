// Commands that work on the records, also beside a running hub.
#include <cstdio>
#include <nlohmann/json.hpp>

#include "sync/hub/commands.hpp"
#include "sync/hub/entry/admission.hpp"
#include "sync/hub/entry/secret.hpp"
#include "sync/hub/open_store.hpp"

namespace tutti::hub {

namespace {

using Json = nlohmann::ordered_json;

void print(const std::string& line) {
  std::puts(line.c_str());
}

Result<store::UserRow> find_user(store::Store& store, const std::string& user) {
  const auto users = store.users();
  if (!users) return users.error();
  const store::UserRow* found = nullptr;
  for (const auto& row : *users) {
    if (to_string(row.id) == user) return row;
    if (row.name != user) continue;
    if (found != nullptr) return error(ErrorCode::conflict, "several users are called '" + user + "': give the id");
    found = &row;
  }
  if (found == nullptr) return error(ErrorCode::not_found, "no user '" + user + "'");
  return *found;
}

/// Prints the token: the only time that anybody sees it.
int give_token(store::Store& store, const store::UserRow& user, bool json) {
  const auto token = make_token(store::TokenKind::user);
  store::TokenRow row;
  row.hash = token.hash;
  row.id = secret_id<store::TokenId>();
  row.user = user.id;
  row.created_at = unix_now();
  if (auto status = store.put_token(row); !status) return fail(status.error());
  print(json ? Json{{"id", to_string(user.id)}, {"name", user.name}, {"token", token.text}}.dump() : token.text);
  return 0;
}

Status check_session(store::Store& store, SessionId id, const std::array<std::uint8_t, 32>& key) {
  auto image = store.load(id);
  if (!image) return image.error();
  auto session = session::Session::load(std::move(*image), {key, 0, {}});
  return session ? Status() : Status(session.error());
}

}  // namespace

int fail(const Error& error) {
  std::fprintf(stderr, "tutti-hub: %s\n", error.message.c_str());
  return error.code == ErrorCode::denied ? 3 : 1;
}

int add_user(const Config& config, const std::string& name, bool json) {
  if (name.empty() || name.size() > wire::kParticipantNameMax)
    return fail(error(ErrorCode::invalid, "a name has 1 to 128 bytes"));
  auto store = open_for_command(config, true);
  if (!store) return fail(store.error());
  const store::UserRow user{secret_id<ParticipantId>(), name, wire::Kind::person, unix_now()};
  if (auto status = (*store)->put_user(user); !status) return fail(status.error());
  return give_token(**store, user, json);
}

int list_users(const Config& config, bool json) {
  auto store = open_for_command(config, false);
  if (!store) return fail(store.error());
  const auto users = (*store)->users();
  if (!users) return fail(users.error());
  auto listed = Json::array();
  for (const auto& user : *users) {
    listed.push_back({{"id", to_string(user.id)}, {"name", user.name}, {"kind", std::string(to_string(user.kind))}});
    if (!json) print(to_string(user.id) + "  " + std::string(to_string(user.kind)) + "  " + user.name);
  }
  if (json) print(listed.dump(-1, ' ', false, Json::error_handler_t::replace));
  return 0;
}

int revoke_user(const Config& config, const std::string& user) {
  auto store = open_for_command(config, false);
  if (!store) return fail(store.error());
  const auto found = find_user(**store, user);
  if (!found) return fail(found.error());
  const auto status = (*store)->revoke_tokens_of(found->id);
  return status ? 0 : fail(status.error());
}

int create_token(const Config& config, const std::string& user, bool json) {
  auto store = open_for_command(config, false);
  if (!store) return fail(store.error());
  const auto found = find_user(**store, user);
  return found ? give_token(**store, *found, json) : fail(found.error());
}

int revoke_token(const Config& config, const std::string& token) {
  auto store = open_for_command(config, false);
  if (!store) return fail(store.error());
  const auto status = (*store)->revoke_token(hash_token(token));
  return status ? 0 : fail(status.error());
}

int check(const Config& config) {
  auto store = open_for_command(config, false);
  if (!store) return fail(store.error());
  if (auto status = (*store)->check(); !status) return fail(status.error());
  const auto key = (*store)->stamp_key();
  const auto ids = (*store)->session_ids();
  if (!key) return fail(key.error());
  if (!ids) return fail(ids.error());
  std::size_t damaged = 0;
  for (const auto id : *ids) {
    const auto status = check_session(**store, id, *key);
    if (status) continue;
    ++damaged;
    std::fprintf(stderr, "tutti-hub: session %s: %s\n", to_string(id).c_str(), status.error().message.c_str());
  }
  print(std::to_string(ids->size()) + " sessions, " + std::to_string(damaged) + " damaged");
  return damaged == 0 ? 0 : 1;
}

}  // namespace tutti::hub

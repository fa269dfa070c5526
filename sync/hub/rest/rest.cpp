#include "sync/hub/rest/rest.hpp"

#include <ctime>

#include "sync/hub/entry/secret.hpp"

namespace tutti::hub::rest {

namespace {

Error wrong(const char* name, const char* what) {
  return error(ErrorCode::invalid, std::string("'") + name + "' must be " + what + ".");
}

const Json* find(const Json& body, const char* name) {
  const auto found = body.find(name);
  return found == body.end() || found->is_null() ? nullptr : &*found;
}

bool has_control(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return true;
  }
  return false;
}

}  // namespace

std::string_view bearer(const Call& call) {
  constexpr std::string_view scheme = "bearer ";
  const auto value = call.request.headers.get("authorization");
  if (value.size() <= scheme.size()) return {};
  for (std::size_t i = 0; i < scheme.size(); ++i) {
    if ((static_cast<unsigned char>(value[i]) | 0x20U) != static_cast<unsigned char>(scheme[i])) return {};
  }
  return value.substr(scheme.size());
}

Result<Asker> asker(const Call& call, store::Store& store) {
  const auto refused = error(ErrorCode::denied, "This request needs a valid bearer token.");
  const auto text = bearer(call);
  const auto kind = token_kind(text);
  if (kind != store::TokenKind::user && kind != store::TokenKind::participant && kind != store::TokenKind::agent)
    return refused;
  const auto row = store.token(hash_token(text), call.now);
  if (!row) return row.error().code == ErrorCode::denied ? refused : row.error();
  if (row->kind != kind || !row->user) return refused;
  return Asker{*row->user, row->session};
}

Result<std::string> called(const Call& call, store::Store& store, store::UserRow user, const std::optional<std::string>& wish) {
  if (!call.is_private || !wish || wish->empty() || *wish == user.name) return user.name;
  user.name = *wish;
  if (auto status = store.put_user(user); !status) return status.error();
  return user.name;
}

Result<store::ParticipantRow> member(const Call& call, store::Store& store, wire::Role least) {
  const auto stranger = error(ErrorCode::not_found, "There is no such session, or you are not in it.");
  const auto session = parse_id<SessionId>(call.parts.at(0));
  if (!session) return stranger;
  if (call.asker.session && *call.asker.session != *session) return stranger;
  auto row = store.participant(*session, call.asker.user);
  if (!row) return row.error().code == ErrorCode::not_found ? stranger : row.error();
  const bool agent = row->role == wire::Role::agent && least != wire::Role::viewer;  // agents grant nothing
  if (agent || !wire::at_least(row->role, least)) {
    return error(ErrorCode::denied, std::string("This needs the role '") + std::string(to_string(least)) + "'.");
  }
  return row;
}

Result<Json> body(const Call& call) {
  if (call.request.body.empty()) return Json::object();
  auto parsed = Json::parse(call.request.body, nullptr, false);
  if (!parsed.is_object()) return error(ErrorCode::invalid, "The body must be a JSON object.");
  return parsed;
}

Result<std::optional<std::string>> text_field(const Json& body, const char* name, std::size_t longest) {
  const auto* field = find(body, name);
  if (field == nullptr) return std::optional<std::string>();
  if (!field->is_string()) return wrong(name, "a string");
  auto text = field->get<std::string>();
  if (text.size() > longest) return wrong(name, ("at most " + std::to_string(longest) + " bytes long").c_str());
  if (has_control(text)) return wrong(name, "free of control characters");
  return std::optional(std::move(text));
}

Result<std::optional<std::int64_t>> number_field(const Json& body, const char* name, std::int64_t least, std::int64_t most) {
  const auto* field = find(body, name);
  if (field == nullptr) return std::optional<std::int64_t>();
  const bool fits = field->is_number_integer() && field->get<std::int64_t>() >= least && field->get<std::int64_t>() <= most;
  if (!fits) return wrong(name, ("a number from " + std::to_string(least) + " to " + std::to_string(most)).c_str());
  return std::optional(field->get<std::int64_t>());
}

Result<std::optional<bool>> flag_field(const Json& body, const char* name) {
  const auto* field = find(body, name);
  if (field == nullptr) return std::optional<bool>();
  if (!field->is_boolean()) return wrong(name, "true or false");
  return std::optional(field->get<bool>());
}

Result<std::optional<wire::Role>> role_field(const Json& body, const char* name) {
  const auto text = text_field(body, name, 16);
  if (!text) return text.error();
  if (!*text) return std::optional<wire::Role>();
  const auto role = wire::parse_role(**text);
  if (!role) return wrong(name, "owner, editor, viewer or agent");
  return role;
}

Answer reply(int status, const Json& body) {
  return {json_response(status, body.dump(-1, ' ', false, Json::error_handler_t::replace)), {}, {}};
}

Answer nothing() {
  net::HttpResponse response;
  response.status = 204;
  return {std::move(response), {}, {}};
}

Answer refuse(const Error& error) {
  return {problem(error), {}, {}};
}

std::string time_text(store::UnixSeconds seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

Json time_or_null(const std::optional<store::UnixSeconds>& seconds) {
  return seconds ? Json(time_text(*seconds)) : Json();
}

store::TokenRow token_row(const store::TokenHash& hash, store::TokenKind kind, store::UnixSeconds now) {
  store::TokenRow row;
  row.hash = hash;
  row.id = secret_id<store::TokenId>();
  row.kind = kind;
  row.created_at = now;
  return row;
}

Papers papers(SessionId session, ParticipantId user, store::UnixSeconds now) {
  Papers made;
  const auto add = [&](store::TokenKind kind, store::UnixSeconds life) {
    auto token = make_token(kind);
    auto row = token_row(token.hash, kind, now);
    row.user = user;
    row.session = session;
    row.expires_at = now + life;
    if (kind == store::TokenKind::ticket) row.uses_left = 1;
    made.rows.push_back(std::move(row));
    return std::move(token.text);
  };
  made.token = add(store::TokenKind::participant, participant_life);
  made.ticket = add(store::TokenKind::ticket, ticket_life);
  return made;
}

}  // namespace tutti::hub::rest

namespace tutti::hub {

Answer answer(const Route& route, Call& call, store::Store& store) {
  if (!route.open) {
    const auto who = rest::asker(call, store);
    if (!who && who.error().code == ErrorCode::denied) return {problem(401, "denied", who.error().message), {}, {}};
    if (!who) return rest::refuse(who.error());
    call.asker = *who;
  }
  return route.handler(call, store);
}

}  // namespace tutti::hub

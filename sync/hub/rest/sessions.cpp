// POST and GET /sessions, GET, PATCH and DELETE /sessions/:id
#include "sync/hub/entry/secret.hpp"
#include "sync/hub/rest/rest.hpp"
#include "sync/net/url.hpp"

namespace tutti::hub {

namespace {

using namespace rest;

constexpr std::size_t longest_path = 4096;
constexpr std::size_t longest_settings = 65'536;
constexpr std::int64_t most_listed = 200;

Json session_json(const store::SessionRow& row) {
  return {{"id", to_string(row.id)},
          {"name", row.name},
          {"owner_id", to_string(row.owner)},
          {"project_path", row.project_path},
          {"settings", Json::parse(row.settings, nullptr, false)},
          {"is_public", row.is_public},
          {"created_at", time_text(row.created_at)},
          {"updated_at", time_text(row.updated_at)},
          {"expires_at", time_or_null(row.expires_at)}};
}

/// Takes over what the body names; what it does not name stays.
Status take_fields(const Json& body, store::UnixSeconds now, store::SessionRow& row) {
  const auto name = text_field(body, "name", longest_name);
  const auto path = text_field(body, "project_path", longest_path);
  const auto open = flag_field(body, "is_public");
  const auto life = number_field(body, "expires_in", 60, longest_life);
  if (!name) return name.error();
  if (!path) return path.error();
  if (!open) return open.error();
  if (!life) return life.error();
  if (*name && (*name)->empty()) return error(ErrorCode::invalid, "'name' must not be empty.");
  row.name = name->value_or(row.name);
  row.project_path = path->value_or(row.project_path);
  row.is_public = open->value_or(row.is_public);
  if (*life) row.expires_at = now + **life;
  if (const auto found = body.find("settings"); found != body.end()) {
    row.settings = found->dump();
    if (!found->is_object() || row.settings.size() > longest_settings) {
      return error(ErrorCode::invalid, "'settings' must be an object of at most 64 KiB.");
    }
  }
  row.updated_at = now;
  return {};
}

Answer create(const Call& call, store::Store& store) {
  if (call.asker.session) return refuse(error(ErrorCode::denied, "Only a user's token can create a session."));
  const auto fields = body(call);
  if (!fields) return refuse(fields.error());
  const auto wish = text_field(*fields, "participant_name", longest_person);
  if (!wish) return refuse(wish.error());
  const auto user = store.user(call.asker.user);
  if (!user) return refuse(user.error());
  store::SessionRow row;
  row.id = secret_id<SessionId>();
  row.name = "untitled";
  row.owner = user->id;
  row.created_at = call.now;
  if (auto status = take_fields(*fields, call.now, row); !status) return refuse(status.error());
  const auto name = called(call, store, *user, *wish);
  if (!name) return refuse(name.error());
  auto made = papers(row.id, user->id, call.now);
  store::Admission owner;
  owner.participant = {row.id, user->id, user->kind, wire::Role::owner, call.now, call.now, *name};
  owner.tokens = std::move(made.rows);
  owner.tokens.pop_back();  // no ticket: it would be spent by nobody
  if (auto status = store.create_session(row, owner); !status) return refuse(status.error());
  auto answer = reply(201, {{"id", to_string(row.id)},
                            {"name", row.name},
                            {"participant", to_string(user->id)},
                            {"participant_name", *name},
                            {"role", "owner"},
                            {"token", made.token}});
  answer.response.headers.add("location", std::string(api_prefix) + "/sessions/" + to_string(row.id));
  answer.notices.emplace_back(SessionBegun{row.id});
  return answer;
}

/// With what the asker may do in it. Who is in none yet, but may enter a public one, has no role there.
Result<Json> as_seen(const Call& call, store::Store& store, const store::SessionRow& row) {
  auto seen = session_json(row);
  const auto me = store.participant(row.id, call.asker.user);
  if (!me && me.error().code != ErrorCode::not_found) return me.error();
  if (me) seen["role"] = std::string(wire::to_string(me->role));
  return seen;
}

Answer list(const Call& call, store::Store& store) {
  if (call.asker.session) {
    const auto row = store.session(*call.asker.session);
    if (!row) return refuse(row.error());
    const auto seen = as_seen(call, store, *row);
    return seen ? reply(200, {{"sessions", Json::array({*seen})}}) : refuse(seen.error());
  }
  const auto search = net::query_value(call.request.query, "search").value_or("");
  if (search.size() > longest_name) return refuse(error(ErrorCode::invalid, "'search' is too long."));
  const auto rows = store.sessions(call.asker.user, search, most_listed);
  if (!rows) return refuse(rows.error());
  auto listed = Json::array();
  for (const auto& row : *rows) {
    auto seen = as_seen(call, store, row);
    if (!seen) return refuse(seen.error());
    listed.push_back(std::move(*seen));
  }
  return reply(200, {{"sessions", std::move(listed)}});
}

Answer show(const Call& call, store::Store& store) {
  const auto me = member(call, store, wire::Role::viewer);
  if (!me) return refuse(me.error());
  const auto row = store.session(me->session);
  return row ? reply(200, session_json(*row)) : refuse(row.error());
}

Answer change(const Call& call, store::Store& store) {
  const auto me = member(call, store, wire::Role::owner);
  if (!me) return refuse(me.error());
  const auto fields = body(call);
  if (!fields) return refuse(fields.error());
  auto row = store.session(me->session);
  if (!row) return refuse(row.error());
  if (auto status = take_fields(*fields, call.now, *row); !status) return refuse(status.error());
  if (auto status = store.update_session(*row); !status) return refuse(status.error());
  return reply(200, session_json(*row));
}

Answer remove(const Call& call, store::Store& store) {
  const auto me = member(call, store, wire::Role::owner);
  if (!me) return refuse(me.error());
  if (auto status = store.delete_session(me->session); !status) return refuse(status.error());
  auto answer = nothing();
  answer.notices.emplace_back(SessionEnded{me->session});
  return answer;
}

constexpr Route routes[] = {{"POST", "/sessions", create},
                            {"GET", "/sessions", list},
                            {"GET", "/sessions/:id", show},
                            {"PATCH", "/sessions/:id", change},
                            {"DELETE", "/sessions/:id", remove}};

}  // namespace

std::span<const Route> session_routes() {
  return routes;
}

}  // namespace tutti::hub

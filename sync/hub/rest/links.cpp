// POST and GET /sessions/:id/links, DELETE /sessions/:id/links/:lid
#include "sync/hub/entry/password.hpp"
#include "sync/hub/entry/secret.hpp"
#include "sync/hub/rest/rest.hpp"

namespace tutti::hub {

namespace {

using namespace rest;

struct Wish {
  wire::Role role = wire::Role::editor;
  store::UnixSeconds life = link_life;
  std::optional<std::uint32_t> uses;
  std::optional<std::string> password_hash;
};

Result<Wish> wish(const Json& fields) {
  Wish made;
  const auto role = role_field(fields, "role");
  const auto life = number_field(fields, "expires_in", 1, longest_life);
  const auto uses = number_field(fields, "uses", 1, 1'000'000);
  const auto password = text_field(fields, "password", longest_password);
  if (!role) return role.error();
  if (!life) return life.error();
  if (!uses) return uses.error();
  if (!password) return password.error();
  made.role = role->value_or(wire::Role::editor);
  if (made.role != wire::Role::editor && made.role != wire::Role::viewer) {
    return error(ErrorCode::invalid, "A link's 'role' is editor or viewer.");
  }
  made.life = life->value_or(link_life);
  if (*uses) made.uses = static_cast<std::uint32_t>(**uses);
  if (!*password || (*password)->empty()) return made;
  auto hash = hash_password(**password);
  if (!hash) return hash.error();
  made.password_hash = std::move(*hash);
  return made;
}

Answer create(const Call& call, store::Store& store) {
  const auto me = member(call, store, wire::Role::editor);
  if (!me) return refuse(me.error());
  const auto fields = body(call);
  if (!fields) return refuse(fields.error());
  const auto wanted = wish(*fields);
  if (!wanted) return refuse(wanted.error());
  const auto secret = make_token(store::TokenKind::link);
  auto row = token_row(secret.hash, store::TokenKind::link, call.now);
  row.user = me->user;
  row.session = me->session;
  row.role = wanted->role;
  row.expires_at = call.now + wanted->life;
  row.uses_left = wanted->uses;
  row.password_hash = wanted->password_hash;
  if (auto status = store.put_token(row); !status) return refuse(status.error());
  return reply(201, {{"id", to_string(row.id)},
                     {"role", std::string(to_string(row.role))},
                     {"expires_at", time_or_null(row.expires_at)},
                     {"secret", secret.text},
                     {"link", call.public_url + "/s/" + to_string(me->session) + "#" + secret.text}});
}

Answer list(const Call& call, store::Store& store) {
  const auto me = member(call, store, wire::Role::editor);
  if (!me) return refuse(me.error());
  const auto rows = store.links(me->session);
  if (!rows) return refuse(rows.error());
  auto listed = Json::array();
  for (const auto& row : *rows) {
    listed.push_back({{"id", to_string(row.id)},
                      {"role", std::string(to_string(row.role))},
                      {"created_at", time_text(row.created_at)},
                      {"created_by", row.user ? Json(to_string(*row.user)) : Json()},
                      {"expires_at", time_or_null(row.expires_at)},
                      {"uses_left", row.uses_left ? Json(*row.uses_left) : Json()},
                      {"has_password", row.password_hash.has_value()}});
  }
  return reply(200, {{"links", std::move(listed)}});
}

Answer revoke(const Call& call, store::Store& store) {
  const auto me = member(call, store, wire::Role::editor);
  if (!me) return refuse(me.error());
  const auto link = id_at<store::TokenId>(call, 1);
  if (!link) return refuse(link.error());
  const auto status = store.revoke_link(me->session, *link);
  return status ? nothing() : refuse(status.error());
}

constexpr Route routes[] = {{"POST", "/sessions/:id/links", create},
                            {"GET", "/sessions/:id/links", list},
                            {"DELETE", "/sessions/:id/links/:lid", revoke}};

}  // namespace

std::span<const Route> link_routes() {
  return routes;
}

}  // namespace tutti::hub

// POST /sessions/:id/join and /leave
#include "sync/hub/entry/admission.hpp"
#include "sync/hub/entry/password.hpp"
#include "sync/hub/entry/secret.hpp"
#include "sync/hub/rest/rest.hpp"

namespace tutti::hub {

namespace {

using namespace rest;

/// The same for an unknown session and for every way in which a link can be wrong.
Answer not_valid() {
  return {problem(403, "denied", "This link is not valid (wrong, expired or revoked); ask for a new one."), {}, {}};
}

Answer welcome(const store::SessionRow& session, const store::ParticipantRow& me, std::string_view token,
               std::string_view ticket) {
  return reply(200, {{"session", to_string(session.id)},
                     {"name", session.name},
                     {"participant", to_string(me.user)},
                     {"participant_name", me.name},
                     {"role", std::string(to_string(me.role))},
                     {"token", std::string(token)},
                     {"ticket", std::string(ticket)}});
}

/// Somebody who is in the session already, or knows a public one.
Answer return_as(const Call& call, store::Store& store, SessionId id) {
  const auto who = asker(call, store);
  if (!who) return who.error().code == ErrorCode::denied ? not_valid() : refuse(who.error());
  if (who->session && *who->session != id) return not_valid();
  const auto session = store.session(id);
  const auto user = store.user(who->user);
  if (!session || !user)
    return session.ok() || session.error().code == ErrorCode::not_found ? not_valid() : refuse(session.error());
  if (expired(*session, call.now)) return not_valid();
  auto me = store.participant(id, who->user);
  if (!me && me.error().code != ErrorCode::not_found) return refuse(me.error());
  if (!me && (!session->is_public || who->session)) return not_valid();
  if (!me) me = store::ParticipantRow{id, who->user, user->kind, wire::Role::viewer, call.now, call.now, user->name};
  me->last_active = call.now;
  auto made = papers(id, who->user, call.now);
  const bool keeps_token = token_kind(bearer(call)) == store::TokenKind::participant;
  if (keeps_token) made.rows.erase(made.rows.begin());
  if (auto status = store.admit({{}, *me, std::move(made.rows)}); !status) return refuse(status.error());
  return welcome(*session, *me, keeps_token ? bearer(call) : std::string_view(made.token), made.ticket);
}

/// The link, if the secret is one of this session and its password (if it has one) was given.
Result<store::TokenRow> valid_link(const Call& call, store::Store& store, SessionId id, std::string_view secret,
                                   const std::optional<std::string>& password) {
  const auto hash = hash_token(secret);
  auto row = store.token(hash, call.now);
  if (!row) return row;
  if (row->kind != store::TokenKind::link || row->session != id) return error(ErrorCode::denied, "not this session's");
  if (row->password_hash) {
    if (!password) return error(ErrorCode::password, "This link needs its password (`tutti join --password`).");
    const auto same = same_password(*row->password_hash, *password);
    if (!same) return same.error();
    if (!*same) return error(ErrorCode::denied, "wrong password");
  }
  return store.redeem(hash, call.now);
}

bool outranks(wire::Role a, wire::Role b) {
  return static_cast<int>(a) > static_cast<int>(b);
}

/// A link lets in a guest of its own, or, with a user's bearer token beside it, that user.
Result<store::Admission> admission(const Call& call, store::Store& store, SessionId id, wire::Role role,
                                   const std::optional<std::string>& wish) {
  store::Admission made;
  made.participant = {id, {}, wire::Kind::person, role, call.now, call.now, wish.value_or("").empty() ? "Guest" : *wish};
  if (const auto who = asker(call, store); who && !who->session) {
    const auto user = store.user(who->user);
    if (!user) return user.error();
    made.participant.user = user->id;
    made.participant.kind = user->kind;
    auto name = called(call, store, *user, wish);
    if (!name) return name.error();
    made.participant.name = *std::move(name);
    if (const auto had = store.participant(id, user->id); had && outranks(had->role, role)) made.participant.role = had->role;
    return made;
  }
  made.guest = store::UserRow{secret_id<ParticipantId>(), made.participant.name, wire::Kind::person, call.now};
  made.participant.user = made.guest->id;
  return made;
}

Answer join_with(const Call& call, store::Store& store, SessionId id, const Json& fields, const std::string& secret) {
  const auto name = text_field(fields, "name", longest_person);
  const auto password = text_field(fields, "password", longest_password);
  if (!name) return refuse(name.error());
  if (!password) return refuse(password.error());
  const auto link = valid_link(call, store, id, secret, *password);
  if (!link) return link.error().code == ErrorCode::denied ? not_valid() : refuse(link.error());
  const auto session = store.session(id);
  if (!session) return session.error().code == ErrorCode::not_found ? not_valid() : refuse(session.error());
  if (expired(*session, call.now)) return not_valid();
  auto made = admission(call, store, id, link->role, *name);
  if (!made) return refuse(made.error());
  auto fresh = papers(id, made->participant.user, call.now);
  made->tokens = std::move(fresh.rows);
  if (auto status = store.admit(*made); !status) return refuse(status.error());
  auto answer = welcome(*session, made->participant, fresh.token, fresh.ticket);
  if (!made->guest) answer.notices.emplace_back(RoleGiven{id, made->participant.user, made->participant.role});
  return answer;
}

Answer join(const Call& call, store::Store& store) {
  const auto fields = body(call);
  if (!fields) return refuse(fields.error());
  const auto secret = text_field(*fields, "secret", 256);
  if (!secret) return refuse(secret.error());
  const auto id = parse_id<SessionId>(call.parts[0]);
  if (!id) return not_valid();
  return *secret ? join_with(call, store, *id, *fields, **secret) : return_as(call, store, *id);
}

Answer leave(const Call& call, store::Store& store) {
  const auto me = member(call, store, wire::Role::viewer);
  if (!me) return refuse(me.error());
  auto answer = nothing();
  answer.notices.emplace_back(ParticipantOut{me->session, me->user});
  if (me->role == wire::Role::owner) return answer;  // an owner's place stays: somebody must be able to end the session
  if (auto status = store.remove_participant(me->session, me->user); !status) return refuse(status.error());
  return answer;
}

constexpr Route routes[] = {{"POST", "/sessions/:id/join", join, true}, {"POST", "/sessions/:id/leave", leave}};

}  // namespace

std::span<const Route> join_routes() {
  return routes;
}

}  // namespace tutti::hub

// GET /sessions/:id/participants, PATCH and DELETE /sessions/:id/participants/:pid
#include <algorithm>

#include "sync/hub/rest/rest.hpp"

namespace tutti::hub {

namespace {

using namespace rest;

Json participant_json(const store::ParticipantRow& row) {
  return {{"id", to_string(row.user)},
          {"name", row.name},
          {"kind", std::string(to_string(row.kind))},
          {"role", std::string(to_string(row.role))},
          {"joined_at", time_text(row.joined_at)},
          {"last_active", time_text(row.last_active)}};
}

Answer list(const Call& call, store::Store& store) {
  const auto me = member(call, store, wire::Role::viewer);
  if (!me) return refuse(me.error());
  const auto rows = store.participants(me->session);
  if (!rows) return refuse(rows.error());
  auto listed = Json::array();
  for (const auto& row : *rows) listed.push_back(participant_json(row));
  auto answer = reply(200, {{"participants", std::move(listed)}});
  answer.read = LiveRead{LiveRead::What::participants, me->session, {}};
  return answer;
}

/// Somebody must be able to end the session and to give roles.
Status keeps_an_owner(store::Store& store, const store::ParticipantRow& loses) {
  if (loses.role != wire::Role::owner) return {};
  const auto rows = store.participants(loses.session);
  if (!rows) return rows.error();
  const auto owners = std::count_if(rows->begin(), rows->end(), [](const auto& row) { return row.role == wire::Role::owner; });
  return owners > 1 ? Status() : Status(error(ErrorCode::conflict, "A session keeps at least one owner."));
}

Answer change(const Call& call, store::Store& store) {
  const auto me = member(call, store, wire::Role::owner);
  if (!me) return refuse(me.error());
  const auto who = id_at<ParticipantId>(call, 1);
  const auto fields = body(call);
  if (!who) return refuse(who.error());
  if (!fields) return refuse(fields.error());
  const auto role = role_field(*fields, "role");
  if (!role) return refuse(role.error());
  if (!*role) return refuse(error(ErrorCode::invalid, "'role' is missing."));
  auto row = store.participant(me->session, *who);
  if (!row) return refuse(row.error());
  if (row->kind == wire::Kind::agent && **role != wire::Role::agent && **role != wire::Role::viewer) {
    return refuse(error(ErrorCode::denied, "An agent's role is agent or viewer."));
  }
  if (**role != wire::Role::owner) {
    if (auto status = keeps_an_owner(store, *row); !status) return refuse(status.error());
  }
  row->role = **role;
  if (auto status = store.put_participant(*row); !status) return refuse(status.error());
  auto answer = reply(200, participant_json(*row));
  answer.notices.emplace_back(RoleGiven{row->session, row->user, row->role});
  return answer;
}

Answer remove(const Call& call, store::Store& store) {
  const auto who = id_at<ParticipantId>(call, 1);
  if (!who) return refuse(who.error());
  const bool self = call.asker.user == *who;
  const auto me = member(call, store, self ? wire::Role::viewer : wire::Role::owner);
  if (!me) return refuse(me.error());
  const auto row = store.participant(me->session, *who);
  if (!row) return refuse(row.error());
  if (auto status = keeps_an_owner(store, *row); !status) return refuse(status.error());
  if (auto status = store.remove_participant(me->session, *who); !status) return refuse(status.error());
  auto answer = nothing();
  answer.notices.emplace_back(ParticipantOut{me->session, *who});
  return answer;
}

constexpr Route routes[] = {{"GET", "/sessions/:id/participants", list},
                            {"PATCH", "/sessions/:id/participants/:pid", change},
                            {"DELETE", "/sessions/:id/participants/:pid", remove}};

}  // namespace

std::span<const Route> participant_routes() {
  return routes;
}

}  // namespace tutti::hub

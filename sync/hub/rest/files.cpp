// GET /sessions/:id/files and /sessions/:id/files/*path: who may is decided here, the session in memory has the rest.
#include "sync/hub/rest/rest.hpp"

namespace tutti::hub {

namespace {

using namespace rest;

Answer read(const Call& call, store::Store& store, LiveRead::What what, std::string path) {
  const auto me = member(call, store, wire::Role::viewer);
  if (!me) return refuse(me.error());
  Answer answer;
  answer.read = LiveRead{what, me->session, std::move(path)};
  return answer;
}

Answer tree(const Call& call, store::Store& store) {
  return read(call, store, LiveRead::What::files, {});
}

Answer text(const Call& call, store::Store& store) {
  return read(call, store, LiveRead::What::text, call.parts[1]);
}

constexpr Route routes[] = {{"GET", "/sessions/:id/files", tree}, {"GET", "/sessions/:id/files/*path", text}};

}  // namespace

std::span<const Route> file_routes() {
  return routes;
}

}  // namespace tutti::hub

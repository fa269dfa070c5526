#include "sync/hub/rest/live_read.hpp"

#include <map>
#include <nlohmann/json.hpp>

#include "sync/hub/rest/problem.hpp"

namespace tutti::hub {

namespace {

using Json = nlohmann::json;

net::HttpResponse files(const session::Session& session) {
  auto listed = Json::array();
  for (const auto& info : session.documents()) {
    listed.push_back({{"document", to_string(info.document)},
                      {"path", info.path},
                      {"chars", info.chars},
                      {"eol", std::string(to_string(info.traits.eol))},
                      {"bom", info.traits.bom},
                      {"executable", info.traits.executable}});
  }
  return json_response(200, Json{{"files", std::move(listed)}}.dump());
}

net::HttpResponse text(const session::Session& session, const std::string& path) {
  for (const auto& info : session.documents()) {
    if (info.path != path) continue;
    auto content = session.text(info.document);
    if (!content) return problem(content.error());
    auto response = json_response(200, std::move(*content));
    response.headers.set("content-type", "text/plain; charset=utf-8");
    response.headers.set("x-tutti-document", to_string(info.document));
    return response;
  }
  return problem(404, "not_found", "There is no file of this name in the session.");
}

/// Adds `status` and `document` to the rows that the store gave.
net::HttpResponse participants(const LiveSession* live, net::HttpResponse from_store) {
  auto body = Json::parse(from_store.body, nullptr, false);
  std::map<std::string, wire::Participant> online;
  if (live != nullptr) {
    for (auto& who : live->session().participants()) online[to_string(who.id)] = std::move(who);
  }
  for (auto& row : body["participants"]) {
    const auto found = online.find(row["id"].get<std::string>());
    row["online"] = found != online.end();
    row["status"] = found == online.end() ? "away" : std::string(to_string(found->second.activity));
  }
  from_store.body = body.dump(-1, ' ', false, Json::error_handler_t::replace);
  return from_store;
}

}  // namespace

void complete(LiveSessions& sessions, Answer answer, std::function<void(net::HttpResponse)> done) {
  if (!answer.read) return done(std::move(answer.response));
  const auto read = *answer.read;
  if (read.what == LiveRead::What::participants)
    return done(participants(sessions.find(read.session), std::move(answer.response)));
  sessions.open(read.session, [read, done = std::move(done)](Result<LiveSession*> live) {
    if (!live) return done(problem(live.error()));
    done(read.what == LiveRead::What::files ? files((*live)->session()) : text((*live)->session(), read.path));
  });
}

}  // namespace tutti::hub

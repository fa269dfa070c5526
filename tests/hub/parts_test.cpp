// The parts that decide without a network: tokens, attempts, configuration, routes, the writer.
#include <set>

#include "sync/hub/config.hpp"
#include "sync/hub/entry/attempts.hpp"
#include "sync/hub/entry/secret.hpp"
#include "sync/hub/live/writer.hpp"
#include "sync/hub/rest/call.hpp"
#include "sync/hub/rest/pages.hpp"
#include "sync/store/memory.hpp"
#include "tests/hub/house.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

TEST_CASE("Tokens are recognised by prefix and checksum, and never alike") {
  std::set<std::string> seen;
  for (const auto kind : {store::TokenKind::user, store::TokenKind::link, store::TokenKind::agent, store::TokenKind::ticket,
                          store::TokenKind::participant}) {
    const auto token = hub::make_token(kind);
    CHECK(token.text.size() == 56);
    CHECK(hub::token_kind(token.text) == kind);
    CHECK(hub::hash_token(token.text) == token.hash);
    CHECK(seen.insert(token.text).second);
    auto typo = token.text;
    typo[20] = typo[20] == 'A' ? 'B' : 'A';
    CHECK_FALSE(hub::token_kind(typo));
    CHECK_FALSE(hub::token_kind(token.text + "A"));
    CHECK_FALSE(hub::token_kind(token.text.substr(0, 55)));
  }
  CHECK_FALSE(hub::token_kind(""));
  CHECK_FALSE(hub::token_kind("tutti_u_"));
}

TEST_CASE("Attempts are counted by their key, and forgiven with time") {
  hub::Attempts attempts(hub::per_minute(0.5, 20));
  const Instant start(1'000'000);
  for (int i = 0; i < 20; ++i) {
    CHECK(attempts.wait("one", start) == 0);
    attempts.count("one", start);
  }
  CHECK(attempts.wait("one", start) == 120'000);
  CHECK(attempts.wait("another", start) == 0);
  CHECK(attempts.wait("one", start + 100'000) == 20'000);
  CHECK(attempts.wait("one", start + 120'000) == 0);
}

TEST_CASE("A join is counted by its address, its token and, when it fails, its link") {
  const Instant now(1'000'000);
  struct Case {
    const char* what;
    bool fails;
    int free;  ///< tries before the wait
    hub::JoinKeys (*keys)(int);
  };
  const auto body = [](int secret) { return R"({"secret":"s)" + std::to_string(secret) + "\"}"; };
  static const auto keys = [body](const std::string& address, int secret, const std::string& token) {
    return hub::join_keys(address, "session", body(secret), token);
  };
  const Case cases[] = {
      {"one address", false, 60, [](int i) { return keys("192.0.2.1", i, ""); }},
      {"one IPv6 network", false, 60, [](int i) { return keys("2001:db8::" + std::to_string(i + 1), i, ""); }},
      {"one token", false, 20, [](int i) { return keys("192.0.2." + std::to_string(i), i, "Bearer x"); }},
      {"failures of one address", true, 20, [](int i) { return keys("192.0.2.1", i, ""); }},
      {"failures of one link", true, 10, [](int i) { return keys("192.0.2." + std::to_string(i), 7, ""); }},
  };
  for (const Case& each : cases) {
    INFO(each.what);
    hub::JoinGate gate;
    int tries = 0;
    for (; tries < 100 && gate.try_now(each.keys(tries), now) == 0; ++tries) {
      if (each.fails) gate.failed(each.keys(tries), now);
    }
    CHECK(tries == each.free);
    CHECK(gate.try_now(keys("198.51.100.1", 99, "Bearer y"), now) == 0);
  }
  CHECK(hub::join_keys("192.0.2.1", "session", "nonsense", "").link.empty());
}

TEST_CASE("Who asks is told by the proxies that are ours, and by nobody else") {
  struct Case {
    const char* remote;
    std::vector<net::Headers::Field> headers;
    const char* asks;
  };
  const Case cases[] = {
      {"192.0.2.1", {}, "192.0.2.1"},
      {"192.0.2.1", {{"x-forwarded-for", "198.51.100.7"}}, "192.0.2.1"},
      {"127.0.0.1", {{"x-forwarded-for", "198.51.100.7"}}, "198.51.100.7"},
      {"127.0.0.1", {{"x-forwarded-for", "203.0.113.1, 198.51.100.7"}}, "198.51.100.7"},
      {"127.0.0.1", {{"x-forwarded-for", "203.0.113.1"}, {"x-forwarded-for", "198.51.100.7"}}, "198.51.100.7"},
      {"127.0.0.1", {{"x-forwarded-for", "198.51.100.7, 10.0.0.2"}}, "198.51.100.7"},
      {"127.0.0.1", {}, "127.0.0.1"},
  };
  for (const Case& each : cases) {
    net::HttpRequest request;
    request.remote = each.remote;
    for (const auto& [name, value] : each.headers) request.headers.add(name, value);
    CHECK(hub::asking_address(request, {"127.0.0.1", "10.0.0.2"}) == each.asks);
  }
}

namespace {

struct ConfigCase {
  const char* toml;
  const char* complaint;  ///< part of the message; empty: fine
};

Result<hub::Config> configured(const char* toml) {
  const auto settings = hub::settings_from_toml(toml, "hub.toml");
  if (!settings) return settings.error();
  return hub::make_config(*settings, [](const char* name) { return std::string(name) == "HOME" ? "/home/x" : nullptr; });
}

}  // namespace

TEST_CASE("A configuration says what it means or is refused") {
  const ConfigCase cases[] = {
      {"", ""},
      {"listen = '127.0.0.1:0'\ndata = '/d'\nlog_level = 'debug'", ""},
      {"listen = '[::1]:80'", ""},
      {"listen = '0.0.0.0:80'\ninsecure = true", ""},
      {"listen = '0.0.0.0:80'\ntls_cert = 'a'\ntls_key = 'b'", ""},
      {"public_url = 'https://hub.example.org'", ""},
      {"lisen = 'x'", "hub.toml:1: unknown key 'lisen'"},
      {"\nlisten = 5", "hub.toml:2: 'listen' must be a string"},
      {"insecure = 'yes'", "must be true or false"},
      {"database = 'postgres://u:p@h/d'\nunsafe_database = true", ""},
      {"database = 'mysql://u:p@h/d'", "is not a postgres:// URL"},
      {"unsafe_database = 1", "must be true or false"},
      {"listen = ", "hub.toml:1"},
      {"listen = 'nonsense'", "is not HOST:PORT"},
      {"log_level = 'loud'", "is not a level"},
      {"tls_cert = 'a'", "go together"},
      {"public_url = 'ftp://x'", "http"},
      {"listen = '0.0.0.0:80'", "--insecure"},
      {"admin = '0.0.0.0:80'\ntls_cert = 'a'\ntls_key = 'b'", "--insecure"},
  };
  for (const auto& each : cases) {
    INFO(each.toml);
    const auto config = configured(each.toml);
    const std::string complaint = each.complaint;
    if (complaint.empty()) {
      if (!config) INFO(config.error().message);
      CHECK(config.ok());
      continue;
    }
    REQUIRE_FALSE(config.ok());
    INFO(config.error().message);
    CHECK(config.error().message.find(complaint) != std::string::npos);
  }
  CHECK(configured("")->data == "/home/x/.local/share/tutti/hub");
  CHECK(configured("public_url = 'https://h/'")->public_url == "https://h");
  CHECK(configured("proxies = '127.0.0.1, ::1'")->proxies == std::vector<std::string>{"127.0.0.1", "::1"});
}

TEST_CASE("Flags win over variables, and variables over the file") {
  const char* environment[] = {"HOME=/home/x", "TUTTI_HUB_DATA=/from/variable", "TUTTI_HUB_LISTEN=127.0.0.1:2",
                               "TUTTI_HUB_INSECURE=1", nullptr};
  const auto file = *hub::settings_from_toml("data = '/from/file'\nlisten = '127.0.0.1:1'\nlog_level = 'warn'", "f");
  const auto variables = hub::settings_from_environment(environment);
  REQUIRE(variables.ok());
  hub::Settings flags;
  flags.listen = "127.0.0.1:3";
  const auto merged = hub::merge_settings(hub::merge_settings(file, *variables), flags);
  CHECK(merged.listen == "127.0.0.1:3");
  CHECK(merged.data == "/from/variable");
  CHECK(merged.log_level == "warn");
  CHECK(merged.insecure == true);
  const char* unknown[] = {"TUTTI_HUB_DATE=/d", nullptr};
  CHECK_FALSE(hub::settings_from_environment(unknown).ok());
}

TEST_CASE("The OpenAPI document names exactly the routes that there are") {
  const auto document = Json::parse(hub::openapi_text());
  std::set<std::string> documented;
  for (const auto& [path, methods] : document["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      if (method == "parameters") continue;
      CHECK(operation.contains("summary"));
      documented.insert(method + " " + path);
    }
  }
  std::set<std::string> routed;
  for (const auto& route : hub::all_routes()) {
    std::string path;
    bool name = false;
    for (const char c : route.pattern) {
      if (c == ':' || c == '*') path += '{';
      if (c == '/' && name) path += '}';
      if (c != ':' && c != '*') path += c;
      name = c == ':' || c == '*' || (name && c != '/');
    }
    if (name) path += '}';
    std::string method(route.method);
    for (auto& c : method) c = static_cast<char>(c | 0x20);
    routed.insert(method + " " + path);
  }
  CHECK(documented == routed);
}

TEST_CASE("Routes are matched by segments") {
  const auto match = [](const char* method, std::vector<std::string> segments) { return hub::match_route(method, segments); };
  CHECK(match("GET", {"sessions"}).route != nullptr);
  CHECK(match("GET", {"sessions", "x", "files", "a", "b c"}).parts == std::vector<std::string>{"x", "a/b c"});
  CHECK(match("GET", {"sessions", "x", "files"}).parts == std::vector<std::string>{"x"});
  CHECK(match("PUT", {"sessions"}).other_method);
  CHECK(match("GET", {"nothing"}).route == nullptr);
  CHECK_FALSE(match("GET", {"sessions", "x", "nothing"}).other_method);
}

namespace {

/// A writer over a store that a test can fail, and what it told.
struct Written {
  net::Loop loop;
  net::WorkerPool worker{loop, 1};
  std::shared_ptr<store::MemoryStore> store = std::make_shared<store::MemoryStore>();
  hub::Metrics metrics;
  SessionId session{{1}};
  std::vector<std::uint64_t> committed;
  std::vector<std::string> told;
  DocumentId document{{2}};
  std::uint64_t position = 0;
  std::optional<hub::Writer> writer;

  Written() {
    store::Admission owner;
    owner.guest = store::UserRow{ParticipantId{{3}}, "O", wire::Kind::person, 1};
    owner.participant.session = session;
    owner.participant.user = owner.guest->id;
    store::SessionRow row;
    row.id = session;
    REQUIRE(store->create_session(row, owner).ok());
    hub::Writer::Told listener{[this](Position at) { committed.push_back(at.value); },
                               [this](std::uint32_t end) { told.push_back("reserved " + std::to_string(end)); },
                               [this](const std::string& why) { told.push_back("trouble " + why); },
                               [this] { told.emplace_back("healed"); }};
    writer.emplace(loop, worker, store, session, metrics, std::move(listener));
  }
  void add(std::size_t facts, const std::string& body = "x") {
    for (std::size_t i = 0; i < facts; ++i) {
      record::Fact fact{Position(++position), {}};
      if (position == 1) fact.rows.emplace_back(record::DocumentRow{document, "a", {}, false});
      fact.rows.emplace_back(record::ChangeRow{document, ReplicaId(1), Seq(position), 1, {}, body});
      writer->append(std::move(fact));
    }
  }
  bool settle() {
    return loop.run_until([&] { return writer->idle(); }, patience);
  }
};

}  // namespace

TEST_CASE("The writer commits in order, in groups that have a bound") {
  Written w;
  w.add(1000);
  CHECK_FALSE(w.writer->idle());
  REQUIRE(w.settle());
  CHECK(w.committed.back() == 1000);
  CHECK(std::is_sorted(w.committed.begin(), w.committed.end()));
  CHECK(w.committed.size() == 8);  // 128 at a time
  CHECK(w.metrics.facts_committed == 1000);
  w.committed.clear();
  w.add(4, std::string(200'000, 'x'));
  REQUIRE(w.settle());
  CHECK(w.committed.size() == 4);  // two would be above 256 KiB
  CHECK(w.store->load(w.session)->changes.size() == 1004);
}

TEST_CASE("The writer says once that there is trouble, and that it is over") {
  Written w;
  w.store->fail_next(3, error(ErrorCode::unavailable, "away"));
  w.add(5);
  REQUIRE(w.settle());
  CHECK((w.told == std::vector<std::string>{"trouble away", "healed"}));
  CHECK((w.committed == std::vector<std::uint64_t>{5}));
  CHECK(w.metrics.store_errors == 3);
}

TEST_CASE("A reservation that grows while it is made is told for what was made") {
  Written w;
  w.writer->reserve(10);
  w.add(1);
  REQUIRE(w.loop.run_until([&] { return !w.told.empty(); }, patience));
  CHECK(w.told.front() == "reserved 10");
  w.writer->reserve(20);
  w.writer->reserve(30);
  REQUIRE(w.settle());
  CHECK(w.told.back() == "reserved 30");
  CHECK(w.store->load(w.session)->reserved_replicas == 30);
  CHECK((w.committed == std::vector<std::uint64_t>{1}));
}

TEST_CASE("A writer may be destroyed with work in flight") {
  Written w;
  w.add(300);
  w.loop.run_until([&] { return !w.committed.empty(); }, patience);
  w.writer.reset();
  CHECK(w.metrics.facts_queued == 0);
}

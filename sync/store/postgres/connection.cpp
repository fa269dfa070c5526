#include "sync/store/postgres/connection.hpp"

#include <pqxx/connection>
#include <pqxx/errorhandler>
#include <pqxx/nontransaction>
#include <pqxx/prepared_statement>
#include <unordered_map>

#include "sync/store/postgres/durability.hpp"
#include "sync/store/postgres/failure.hpp"
#include "sync/store/postgres/rows.hpp"

namespace tutti::store::postgres {

struct Connection::State {
  State(const std::string& url, Watchdog& w, std::chrono::milliseconds p) : db(url), quiet(db), watchdog(w), patience(p) {}

  pqxx::connection db;
  pqxx::quiet_errorhandler quiet;  ///< or it writes to stderr what it also throws
  Watchdog& watchdog;
  std::chrono::milliseconds patience;
  std::unordered_map<const char*, std::string> prepared;

  const std::string& name_of(const char* sql) {
    auto& name = prepared[sql];
    if (name.empty()) {
      db.prepare("s" + std::to_string(prepared.size()), sql);
      name = "s" + std::to_string(prepared.size());
    }
    return name;
  }
};

namespace {

constexpr const char* connect_seconds = "connect_timeout=5";

std::string bounded(const std::string& url) {
  if (url.find("connect_timeout=") != std::string::npos) return url;
  return url + (url.find('?') == std::string::npos ? "?" : "&") + connect_seconds;
}

/// The server notices within half a minute that a hub's machine has vanished, and lets go of what it held.
std::string settings_of(const Options& options) {
  return "SET client_encoding = 'UTF8'; SET client_min_messages = 'error'; SET application_name = '" + options.name +
         "'; SET statement_timeout = " + std::to_string(options.patience.count()) +
         "; SET lock_timeout = " + std::to_string(options.patience.count() / 3) +
         "; SET idle_in_transaction_session_timeout = 30000;"
         " SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3";
}

bool has_nul(const std::vector<Value>& values) {
  for (const auto& value : values) {
    if (value.text && value.text->find('\0') != std::string::npos) return true;
  }
  return false;
}

std::vector<const char*> pointers_to(const std::vector<Value>& values) {
  std::vector<const char*> pointers;
  for (const auto& value : values) pointers.push_back(value.text ? value.text->c_str() : nullptr);
  return pointers;
}

}  // namespace

Connection::Connection(std::unique_ptr<State> state) : state_(std::move(state)) {}
Connection::~Connection() = default;

Result<std::unique_ptr<Connection>> Connection::open(const Options& options, Watchdog& watchdog) {
  std::unique_ptr<Connection> connection;
  try {
    connection.reset(new Connection(std::make_unique<State>(bounded(options.url), watchdog, options.patience)));
  } catch (const std::exception& thrown) {
    return failure(thrown);
  }
  if (auto status = connection->greet(options); !status) return status.error();
  return connection;
}

Status Connection::greet(const Options& options) {
  if (auto status = execute(settings_of(options)); !status) return status;
  auto row =
      ask("SELECT current_setting('fsync'), current_setting('full_page_writes'), reset_val, current_setting('server_encoding')"
          " FROM pg_settings WHERE name = 'synchronous_commit'");
  const auto found = row.step();
  if (!found) return found.error();
  ServerSettings settings;
  settings.fsync = row.text();
  settings.full_page_writes = row.text();
  settings.synchronous_commit = row.text();
  settings.server_encoding = row.text();
  begin_write_ = "BEGIN; SET LOCAL synchronous_commit = " + commit_level(settings);
  if (auto status = check_encoding(settings); !status) return status;
  return options.unsafe ? Status() : check_durability(settings);
}

bool Connection::lost() const {
  return !state_->db.is_open();
}

template <class F>
Answer Connection::guarded(F work) {
  if (lost()) return Answer(postgres::lost("the connection is closed"));
  const Watchdog::Watch watch(state_->watchdog, state_->db.sock(), state_->patience);
  try {
    pqxx::nontransaction turn(state_->db);
    return Answer(std::make_shared<Answer::Rows>(Answer::Rows{work(turn)}));
  } catch (const std::exception& thrown) {
    return Answer(lost() ? postgres::lost(thrown.what()) : failure(thrown));
  }
}

Answer Connection::ask_values(const char* sql, const std::vector<Value>& values) {
  if (has_nul(values)) return Answer(error(ErrorCode::invalid, "a text with a NUL character cannot be kept"));
  return guarded([&](pqxx::nontransaction& turn) {
    return turn.exec_prepared(state_->name_of(sql), pqxx::prepare::make_dynamic_params(pointers_to(values)));
  });
}

Status Connection::execute(const std::string& sql) {
  return guarded([&](pqxx::nontransaction& turn) { return turn.exec(sql); }).run();
}

Transaction::Transaction(Connection& connection, Mode mode) : connection_(connection) {
  begun_ =
      connection.execute(mode == Mode::read ? "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" : connection.begin_write());
  open_ = begun_.ok();
}

Transaction::~Transaction() {
  if (open_ && !connection_.lost()) (void)connection_.execute("ROLLBACK");
}

Status Transaction::commit() {
  if (!begun_) return begun_;
  open_ = false;
  return connection_.execute("COMMIT");
}

}  // namespace tutti::store::postgres

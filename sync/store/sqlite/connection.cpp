#include "sync/store/sqlite/connection.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cstdlib>

#include <unordered_map>

#include "sync/store/sqlite/failure.hpp"

namespace tutti::store::sqlite {

struct Connection::State {
  sqlite3* db = nullptr;
  std::unordered_map<const char*, sqlite3_stmt*> statements;
};

namespace {

struct Demand {
  const char* sql;
  const char* answer;
};

/// Durability rests on the first two: WAL with FULL syncs before a commit returns.
constexpr Demand demands[] = {
    {"PRAGMA journal_mode", "wal"}, {"PRAGMA synchronous", "2"}, {"PRAGMA foreign_keys", "1"}, {"PRAGMA fullfsync", "1"}};

constexpr const char* settings =
    "PRAGMA journal_mode = WAL;"
    "PRAGMA synchronous = FULL;"
    "PRAGMA fullfsync = ON;"
    "PRAGMA checkpoint_fullfsync = ON;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA trusted_schema = OFF;"
    "PRAGMA cell_size_check = ON;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA temp_store = MEMORY;";

/// The file holds token hashes and the stamp key. SQLite gives its companions the same mode. It is made under another name and
/// linked, because closing a descriptor of the database itself would drop every lock that SQLite holds on it in this process.
void create_private(const std::string& path) {
  std::string fresh = path + ".XXXXXX";
  const int fd = ::mkostemp(fresh.data(), O_CLOEXEC);
  if (fd < 0) return;
  ::close(fd);
  (void)!::link(fresh.c_str(), path.c_str());  // there already: fine
  ::unlink(fresh.c_str());
}

Status check_settings(Connection& connection) {
  for (const auto& demand : demands) {
    const auto answer = connection.pragma(demand.sql);
    if (!answer) return answer.error();
    if (*answer == demand.answer) continue;
    return error(ErrorCode::io, std::string("the database does not keep to '") + demand.sql + " = " + demand.answer +
                                    "' (it says '" + *answer + "'); is the data folder on a network file system?");
  }
  return {};
}

}  // namespace

Connection::Connection(sqlite3* db) : state_(std::make_unique<State>()) {
  state_->db = db;
}

Connection::~Connection() {
  for (auto& [sql, statement] : state_->statements) sqlite3_finalize(statement);
  sqlite3_close(state_->db);
}

Result<std::unique_ptr<Connection>> Connection::open(const Options& options) {
  sqlite3* db = nullptr;
  if (::access(options.path.c_str(), F_OK) != 0) create_private(options.path);
  const int code =
      sqlite3_open_v2(options.path.c_str(), &db,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  std::unique_ptr<Connection> connection(new Connection(db));
  if (code != SQLITE_OK) return failure(db, code);
  sqlite3_busy_timeout(db, options.busy_ms);
  auto status = connection->execute(settings);
  if (status) status = check_settings(*connection);
  if (status && options.max_pages > 0) {
    status = connection->execute(("PRAGMA max_page_count = " + std::to_string(options.max_pages)).c_str());
  }
  if (!status) return status.error();
  return connection;
}

Query Connection::query(const char* sql) {
  auto& statement = state_->statements[sql];
  if (statement == nullptr) sqlite3_prepare_v3(state_->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  return {state_->db, statement};
}

Status Connection::execute(const char* sql) {
  const int code = sqlite3_exec(state_->db, sql, nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? Status() : Status(failure(state_->db, code));
}

Result<std::string> Connection::pragma(const char* sql) {
  auto asked = query(sql);
  const auto row = asked.step();
  if (!row) return row.error();
  return *row ? asked.text() : std::string();
}

std::int64_t Connection::changed() const {
  return sqlite3_changes64(state_->db);
}

Transaction::Transaction(Connection& connection, Mode mode) : connection_(connection) {
  begun_ = connection.query(mode == Mode::read ? "BEGIN" : mode == Mode::write ? "BEGIN IMMEDIATE" : "BEGIN EXCLUSIVE").run();
  open_ = begun_.ok();
}

Transaction::~Transaction() {
  if (open_) (void)connection_.query("ROLLBACK").run();
}

Status Transaction::commit() {
  if (!begun_) return begun_;
  auto status = connection_.query("COMMIT").run();
  if (status) open_ = false;
  return status;
}

}  // namespace tutti::store::sqlite

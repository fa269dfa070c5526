#include <sqlite3.h>

#include "sync/store/sqlite/connection.hpp"
#include "sync/store/sqlite/failure.hpp"

namespace tutti::store::sqlite {

Query::Query(sqlite3* db, sqlite3_stmt* statement) : db_(db), statement_(statement) {
  if (statement_ == nullptr) failure_ = sqlite3_extended_errcode(db_);
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

void Query::note(int code) {
  if (failure_ == SQLITE_OK) failure_ = code;
}

Query& Query::bind(std::string_view text) {
  if (failure_ == SQLITE_OK) {
    note(sqlite3_bind_text64(statement_, ++parameter_, text.data() == nullptr ? "" : text.data(), text.size(), SQLITE_TRANSIENT,
                             SQLITE_UTF8));
  }
  return *this;
}

Query& Query::bind(std::int64_t number) {
  if (failure_ == SQLITE_OK) note(sqlite3_bind_int64(statement_, ++parameter_, number));
  return *this;
}

Query& Query::bind_null() {
  if (failure_ == SQLITE_OK) note(sqlite3_bind_null(statement_, ++parameter_));
  return *this;
}

Query& Query::bind_blob(std::string_view bytes) {
  if (failure_ == SQLITE_OK) {
    note(sqlite3_bind_blob64(statement_, ++parameter_, bytes.data() == nullptr ? "" : bytes.data(), bytes.size(),
                             SQLITE_TRANSIENT));
  }
  return *this;
}

Query& Query::bind_blob(std::span<const std::uint8_t> bytes) {
  return bind_blob(std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
}

Result<bool> Query::step() {
  if (failure_ != SQLITE_OK) return failure(db_, failure_);
  column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  note(code);
  return failure(db_, code);
}

Status Query::run() {
  const auto row = step();
  return row ? Status() : Status(row.error());
}

bool Query::next_is_null() const {
  return sqlite3_column_type(statement_, column_) == SQLITE_NULL;
}

std::int64_t Query::number() {
  return sqlite3_column_int64(statement_, column_++);
}

std::string Query::text() {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column_));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_));
  ++column_;
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

std::string Query::blob() {
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column_));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column_));
  ++column_;
  return bytes == nullptr ? std::string() : std::string(bytes, size);
}

std::optional<std::int64_t> Query::optional_number() {
  if (!next_is_null()) return number();
  ++column_;
  return std::nullopt;
}

std::optional<std::string> Query::optional_text() {
  if (!next_is_null()) return text();
  ++column_;
  return std::nullopt;
}

}  // namespace tutti::store::sqlite

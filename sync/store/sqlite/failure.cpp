#include "sync/store/sqlite/failure.hpp"

#include <sqlite3.h>

namespace tutti::store::sqlite {

namespace {

struct Meaning {
  int code;
  ErrorCode is;
  const char* words;
};

constexpr Meaning meanings[] = {
    {SQLITE_FULL, ErrorCode::io, "the disk that holds the hub's data is full"},
    {SQLITE_IOERR, ErrorCode::io, "the disk that holds the hub's data fails"},
    {SQLITE_READONLY, ErrorCode::io, "the hub may not write to its database"},
    {SQLITE_CANTOPEN, ErrorCode::io, "the hub's database cannot be opened"},
    {SQLITE_PERM, ErrorCode::io, "the hub may not use its database"},
    {SQLITE_NOMEM, ErrorCode::unavailable, "the hub is out of memory"},
    {SQLITE_BUSY, ErrorCode::unavailable, "the hub's database is busy"},
    {SQLITE_LOCKED, ErrorCode::unavailable, "the hub's database is busy"},
    {SQLITE_INTERRUPT, ErrorCode::unavailable, "the work on the hub's database was interrupted"},
    {SQLITE_CORRUPT, ErrorCode::corrupt, "the hub's database is damaged"},
    {SQLITE_NOTADB, ErrorCode::corrupt, "the hub's database file is not a database"},
    {SQLITE_CONSTRAINT, ErrorCode::conflict, "this contradicts what the hub's database holds"},
    {SQLITE_TOOBIG, ErrorCode::limit, "this is too large for the hub's database"},
};

}  // namespace

Error failure(sqlite3* db, int code) {
  const char* detail = db == nullptr ? sqlite3_errstr(code) : sqlite3_errmsg(db);
  for (const auto& meaning : meanings) {
    if (meaning.code == (code & 0xff)) return {meaning.is, std::string(meaning.words) + " (" + detail + ")"};
  }
  return {ErrorCode::io, std::string("the hub's database refuses: ") + detail};
}

}  // namespace tutti::store::sqlite

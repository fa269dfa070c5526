#include "sync/store/postgres/failure.hpp"

#include <pqxx/except>
#include <string>

namespace tutti::store::postgres {

namespace {

struct Meaning {
  std::string_view state;  ///< SQLSTATE, or the beginning of several
  ErrorCode is;
  const char* words;
};

/// The first that fits.
constexpr Meaning meanings[] = {
    {"53100", ErrorCode::io, "the disk that holds the hub's database is full"},
    {"53", ErrorCode::unavailable, "the database server has run out of something"},
    {"58", ErrorCode::io, "the disk that holds the hub's database fails"},
    {"XX001", ErrorCode::corrupt, "the hub's database is damaged"},
    {"XX002", ErrorCode::corrupt, "the hub's database is damaged"},
    {"25006", ErrorCode::unavailable, "the database server takes no writes; is it a standby?"},
    {"55P03", ErrorCode::unavailable, "the hub's database is busy"},
    {"57014", ErrorCode::unavailable, "the database server takes too long"},
    {"57", ErrorCode::unavailable, "the database server ends or starts"},
    {"40", ErrorCode::unavailable, "the hub's database is busy"},
    {"08", ErrorCode::unavailable, "the hub's database does not answer"},
    {"22", ErrorCode::invalid, "this is nothing that the hub's database can keep"},
    {"23", ErrorCode::conflict, "this contradicts what the hub's database holds"},
    {"28", ErrorCode::io, "the hub may not use its database"},
    {"42501", ErrorCode::io, "the hub may not use its database"},
    {"54", ErrorCode::limit, "this is too large for the hub's database"},
};

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

}  // namespace

Error lost(std::string_view detail) {
  return {ErrorCode::unavailable, "the hub's database does not answer (" + first_line(detail) + ")"};
}

Error failure(const std::exception& thrown) {
  if (dynamic_cast<const pqxx::broken_connection*>(&thrown) != nullptr) return lost(thrown.what());
  const auto* refused = dynamic_cast<const pqxx::sql_error*>(&thrown);
  const std::string state = refused == nullptr ? "" : refused->sqlstate();
  for (const auto& meaning : meanings) {
    if (state.starts_with(meaning.state))
      return {meaning.is, std::string(meaning.words) + " (" + first_line(thrown.what()) + ")"};
  }
  return {ErrorCode::io, "the hub's database refuses: " + first_line(thrown.what())};
}

}  // namespace tutti::store::postgres

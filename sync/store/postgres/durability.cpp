#include "sync/store/postgres/durability.hpp"

namespace tutti::store::postgres {

namespace {

Error unsafe(const std::string& setting, const std::string& value, const char* danger) {
  return error(ErrorCode::denied, "the database server runs with " + setting + " = " + value + ": " + danger +
                                      ". Set it to on, or give --unsafe-database if this data may be lost.");
}

}  // namespace

Status check_durability(const ServerSettings& settings) {
  if (settings.fsync != "on") {
    return unsafe("fsync", settings.fsync, "a power cut loses what it called saved, and may damage everything");
  }
  if (settings.full_page_writes != "on") {
    return unsafe("full_page_writes", settings.full_page_writes, "a power cut may leave torn pages that nothing repairs");
  }
  if (settings.synchronous_commit == "off") {
    return unsafe("synchronous_commit", settings.synchronous_commit, "a crash loses the newest commits");
  }
  return {};
}

Status check_encoding(const ServerSettings& settings) {
  if (settings.server_encoding == "UTF8") return {};
  return error(ErrorCode::invalid, "the database has the encoding " + settings.server_encoding + ": it must be UTF8");
}

std::string commit_level(const ServerSettings& settings) {
  return settings.synchronous_commit == "remote_apply" ? "remote_apply" : "on";
}

}  // namespace tutti::store::postgres

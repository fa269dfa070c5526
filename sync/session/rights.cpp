#include "sync/session/rights.hpp"

#include "protocol/base/planted.hpp"
#include "sync/exchange/path.hpp"

namespace tutti::session {

Status may_write(const wire::Participant& who) {
  if (wire::at_least(who.role, wire::Role::editor) || planted(Bug::role_unchecked)) return {};
  return error(ErrorCode::denied, "You are a viewer here: you can read, and not change anything.");
}

Status may_touch(const wire::Participant& who, std::string_view path) {
  const bool agent = who.kind == wire::Kind::agent || who.role == wire::Role::agent;
  if (agent && exchange::classify_path(path) == exchange::PathClass::guarded) {
    return error(ErrorCode::denied, "Agents may not change this file: what is in it runs when the folder is opened or built.");
  }
  return {};
}

Status may_be_shared(std::string_view path) {
  if (Status status = exchange::check_path(path); !status) return status;
  if (exchange::classify_path(path) == exchange::PathClass::never) {
    return error(ErrorCode::denied,
                 "Files at this path are never shared: version control's own files, keys and other secrets.");
  }
  return {};
}

}  // namespace tutti::session

#pragma once

#include <span>

#include "sync/store/migrations.hpp"
#include "sync/store/sqlite/connection.hpp"

namespace tutti::store::sqlite {

/// Brings a database to the newest schema: each migration in one exclusive transaction that also records it, so that two
/// programs at once, or a kill in the middle, leave a whole step. `version` when the database is newer than this program.
Status migrate(Connection& connection, std::span<const Migration> migrations);

}  // namespace tutti::store::sqlite

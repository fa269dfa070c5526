#pragma once

#include <span>

#include "sync/store/migrations.hpp"
#include "sync/store/postgres/connection.hpp"

namespace tutti::store::postgres {

/// Keys of advisory locks, within one database.
inline constexpr std::int32_t lock_family = 0x74757474;  ///< "tutt"
inline constexpr std::int32_t migrating = 1;             ///< held while the schema is changed
inline constexpr std::int32_t serving = 2;               ///< held by the connection that writes facts

/// Brings a database to the newest schema, each migration in one transaction that also records it. An advisory lock lets one
/// hub at a time do so; who waited finds it done. `version` when the database is newer than this program.
Status migrate(Connection& connection, std::span<const Migration> migrations);
/// Whether any migration was ever applied here.
Result<bool> has_schema(Connection& connection);

}  // namespace tutti::store::postgres

#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"

namespace tutti::store {

/// One numbered file of `migrations/`, embedded at build. Forward only: a file that was released is never changed.
struct Migration {
  int number = 0;
  std::string_view name;
  std::string_view sql;
};

/// By number, without gaps, from 1.
[[nodiscard]] std::span<const Migration> sqlite_migrations();
[[nodiscard]] std::span<const Migration> postgres_migrations();

/// SHA-256 of what it does, as the table `schema_migrations` keeps it.
[[nodiscard]] std::string checksum(const Migration& migration);

/// What a database's `schema_migrations` says when a migration comes up.
struct Ledger {
  int newest = 0;                       ///< 0: none was applied yet
  std::optional<std::string> checksum;  ///< of the migration that comes up, if it was applied
};
/// Whether the migration is to be applied now. `version` when the database is newer than `known`, the newest that this program
/// has, or was made by another migration of this number.
[[nodiscard]] Result<bool> due(const Migration& migration, const Ledger& ledger, int known);

}  // namespace tutti::store

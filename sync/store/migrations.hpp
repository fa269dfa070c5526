#pragma once

#include <span>
#include <string_view>

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

}  // namespace tutti::store

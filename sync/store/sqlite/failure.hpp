#pragma once

#include "protocol/base/result.hpp"

struct sqlite3;

namespace tutti::store::sqlite {

/// What went wrong, in words for the person who runs the hub.
[[nodiscard]] Error failure(sqlite3* db, int code);

}  // namespace tutti::store::sqlite

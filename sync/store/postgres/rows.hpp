#pragma once

#include <pqxx/result>

#include "sync/store/postgres/answer.hpp"

namespace tutti::store::postgres {

struct Answer::Rows {
  pqxx::result result;
};

}  // namespace tutti::store::postgres

#include "protocol/wire/failure.hpp"

#include <utility>

namespace tutti::wire {

bool Failure::fail(ErrorCode why, std::string text) {
  code = why;
  what = std::move(text);
  return false;
}

bool Failure::in(std::string_view field) {
  path.insert(0, ".").insert(1, field);
  return false;
}

bool Failure::at(std::size_t index) {
  path.insert(0, "[" + std::to_string(index) + "]");
  return false;
}

Error Failure::error(std::string_view message) const {
  return {code, std::string(message) + path + ": " + what};
}

}  // namespace tutti::wire

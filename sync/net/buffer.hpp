#pragma once

#include <memory>
#include <string>
#include <utility>

namespace tutti::net {

/// Bytes that several connections may be sending at the same time; never changed once shared.
using Buffer = std::shared_ptr<const std::string>;

inline Buffer buffer(std::string bytes) {
  return std::make_shared<const std::string>(std::move(bytes));
}

}  // namespace tutti::net

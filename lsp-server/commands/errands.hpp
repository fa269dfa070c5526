#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "lsp-server/workspace/errand.hpp"
#include "protocol/base/result.hpp"
#include "sync/net/loop.hpp"

namespace tutti::commands {

/// Runs the loop until the errand that `begin` starts is done.
template <class T>
Result<T> wait_for(net::Loop& loop,
                   const std::function<std::unique_ptr<workspace::Errand>(std::function<void(Result<T>)>)>& begin) {
  std::optional<Result<T>> result;
  const auto errand = begin([&](Result<T> answer) {
    result = std::move(answer);
    loop.stop();
  });
  bool stopped = false;
  loop.on_terminate([&](int) {
    stopped = true;
    loop.stop();
  });
  while (!result && !stopped) loop.run();
  loop.on_terminate({});
  if (!result) return error(ErrorCode::unavailable, "stopped");
  return *std::move(result);
}

}  // namespace tutti::commands

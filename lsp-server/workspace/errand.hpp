#pragma once

namespace tutti::workspace {

/// Calls on their way. Destroying it gives up, and its `done` is not called. It may be destroyed in `done`.
class Errand {
 public:
  virtual ~Errand() = default;
};

}  // namespace tutti::workspace

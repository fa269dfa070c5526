#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "protocol/base/strong.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/merge/change.hpp"

namespace tutti::peer {

/// Others' changes that the hub has broadcast and not yet made safe, with its stamps. If the hub dies and the author does not
/// come back, whoever has seen the change hands it to the next hub, which believes its own stamp (D2).
class Handback {
 public:
  /// `edit` carries position, author and stamp. Bounded: beyond `most` the oldest are forgotten; the author still has them.
  void keep(const wire::FileEdit& edit);
  /// Forgets what is safe.
  void durable(Position position);
  /// Another hub process counts anew: what it holds is safe at `newest` at the latest; what it lacks is returned, in the order
  /// in which it was seen, ready to be sent. `holds` says what it holds.
  [[nodiscard]] std::vector<wire::FileEdit> after_crash(const std::function<bool(const wire::FileEdit&)>& holds,
                                                        Position newest);
  [[nodiscard]] std::size_t size() const { return edits_.size(); }

 private:
  static constexpr std::size_t most = 65'536;
  std::deque<wire::FileEdit> edits_;
};

}  // namespace tutti::peer

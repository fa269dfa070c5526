#pragma once

#include <deque>
#include <functional>
#include <vector>

#include "protocol/base/strong.hpp"
#include "protocol/wire/hub.hpp"

namespace tutti::peer {

/// Others' changes that the hub has broadcast and not yet made safe, with its stamps. If the hub dies and the author does not
/// come back, whoever has seen the change hands it to the next hub, which believes its own stamp (D2).
class Handback {
 public:
  using Holds = std::function<bool(const wire::FileEdit&)>;

  /// `edit` carries position, author and stamp. Bounded: beyond `most` the oldest are forgotten; the author still has them.
  void keep(const wire::FileEdit& edit);
  /// Forgets what is safe.
  void durable(Position position);
  /// What the hub lacks by its welcome, in the order in which it was seen, ready to be sent. `newest` is the hub's newest fact:
  /// what it holds is safe there at the latest. What is offered is kept until a later welcome says that the hub has it.
  [[nodiscard]] std::vector<wire::FileEdit> offer(const Holds& holds, Position newest);
  /// Our copy of the document is the hub's again: what it lacks nobody shows here any more.
  void drop(DocumentId document, const Holds& holds);
  /// Whether anything of the document is kept.
  [[nodiscard]] bool has(DocumentId document) const;
  [[nodiscard]] std::size_t size() const { return seen_.size() + offered_.size(); }

 private:
  static constexpr std::size_t most = 65'536;
  std::deque<wire::FileEdit> seen_;     ///< by position
  std::deque<wire::FileEdit> offered_;  ///< older than all of `seen_`; no position is known
};

}  // namespace tutti::peer

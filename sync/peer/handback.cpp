#include "sync/peer/handback.hpp"

#include <algorithm>
#include <utility>

namespace tutti::peer {

void Handback::keep(const wire::FileEdit& edit) {
  if (!edit.position || !edit.stamp || !edit.participant) return;
  seen_.push_back(edit);
  if (size() <= most) return;
  std::deque<wire::FileEdit>& oldest = offered_.empty() ? seen_ : offered_;
  oldest.pop_front();
}

void Handback::durable(Position position) {
  while (!seen_.empty() && *seen_.front().position <= position.value) seen_.pop_front();
}

std::vector<wire::FileEdit> Handback::offer(const Holds& holds, Position newest) {
  std::deque<wire::FileEdit> all = std::exchange(offered_, {});
  for (wire::FileEdit& edit : std::exchange(seen_, {})) all.push_back(std::move(edit));
  for (wire::FileEdit& edit : all) {
    edit.request.reset();
    if (holds(edit)) {
      edit.position = newest.value;
      seen_.push_back(std::move(edit));
    } else {
      edit.position.reset();
      offered_.push_back(std::move(edit));
    }
  }
  return {offered_.begin(), offered_.end()};
}

bool Handback::has(DocumentId document) const {
  const auto is_its = [&](const wire::FileEdit& edit) { return edit.document == document; };
  return std::any_of(seen_.begin(), seen_.end(), is_its) || std::any_of(offered_.begin(), offered_.end(), is_its);
}

void Handback::drop(DocumentId document, const Holds& holds) {
  const auto lacking = [&](const wire::FileEdit& edit) { return edit.document == document && !holds(edit); };
  std::erase_if(seen_, lacking);
  std::erase_if(offered_, lacking);
}

}  // namespace tutti::peer

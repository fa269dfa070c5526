#include "sync/peer/handback.hpp"

namespace tutti::peer {

void Handback::keep(const wire::FileEdit& edit) {
  if (!edit.position || !edit.stamp || !edit.participant) return;
  edits_.push_back(edit);
  if (edits_.size() > most) edits_.pop_front();
}

void Handback::durable(Position position) {
  while (!edits_.empty() && *edits_.front().position <= position.value) edits_.pop_front();
}

std::vector<wire::FileEdit> Handback::after_crash(const std::function<bool(const wire::FileEdit&)>& holds, Position newest) {
  std::vector<wire::FileEdit> lacking;
  for (wire::FileEdit& edit : edits_) {
    edit.position = newest.value;
    if (holds(edit)) continue;
    lacking.push_back(edit);
    lacking.back().position.reset();
    lacking.back().request.reset();
  }
  return lacking;
}

}  // namespace tutti::peer

#include "sync/peer/carets.hpp"

namespace tutti::peer {

using text::Bias;
using text::Chars;

void Carets::set(ParticipantId participant, const std::vector<wire::Selection>& selections) {
  forget(participant);
  if (selections.empty()) return;
  std::vector<Placed>& placed = placed_[participant];
  for (const wire::Selection& each : selections) {
    placed.emplace_back(anchors_.add(Chars(each.anchor), Bias::left), anchors_.add(Chars(each.head), Bias::left));
  }
}

bool Carets::forget(ParticipantId participant) {
  const auto found = placed_.find(participant);
  if (found == placed_.end()) return false;
  for (const auto& [anchor, head] : found->second) {
    anchors_.remove(anchor);
    anchors_.remove(head);
  }
  placed_.erase(found);
  return true;
}

void Carets::clear() {
  placed_.clear();
  anchors_ = {};
}

}  // namespace tutti::peer

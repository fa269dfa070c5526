#pragma once

#include <map>
#include <utility>
#include <vector>

#include "protocol/base/strong.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/text/anchors.hpp"

namespace tutti::peer {

/// Others' carets and selections in one text. They keep their place while it changes, and stay left of what is inserted there.
class Carets {
 public:
  /// The newest wins; none: forgotten.
  void set(ParticipantId participant, const std::vector<wire::Selection>& selections);
  /// False when there was nothing to forget.
  bool forget(ParticipantId participant);
  void clear();
  void carry(const text::Delta& delta) { anchors_.carry(delta); }

  /// Calls `visit(participant, selections)` for each who has any.
  template <class Visit>
  void each(Visit visit) const {
    for (const auto& [participant, placed] : placed_) {
      std::vector<wire::Selection> selections;
      for (const auto& [anchor, head] : placed) selections.push_back({anchors_.at(anchor).value, anchors_.at(head).value});
      visit(participant, std::move(selections));
    }
  }

 private:
  using Placed = std::pair<text::Anchors::Id, text::Anchors::Id>;
  text::Anchors anchors_;
  std::map<ParticipantId, std::vector<Placed>> placed_;
};

}  // namespace tutti::peer

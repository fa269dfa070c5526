#pragma once

#include <map>
#include <vector>

#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/text/delta.hpp"

namespace tutti::peer {

/// What others' tools report of one text. A report rides on the text; once the text in its range changes, nobody knows whether
/// it still holds, and it is gone.
class Reports {
 public:
  /// The newest wins; none: forgotten.
  void set(ParticipantId participant, std::vector<wire::Diagnostic> diagnostics);
  /// False when there was nothing to forget.
  bool forget(ParticipantId participant);
  void clear() { all_.clear(); }
  void carry(const text::Delta& delta);

  [[nodiscard]] const std::map<ParticipantId, std::vector<wire::Diagnostic>>& all() const { return all_; }

 private:
  std::map<ParticipantId, std::vector<wire::Diagnostic>> all_;
};

/// Those that `delta` does not touch, where they are after it.
[[nodiscard]] std::vector<wire::Diagnostic> carried(std::vector<wire::Diagnostic> diagnostics, const text::Delta& delta);

}  // namespace tutti::peer

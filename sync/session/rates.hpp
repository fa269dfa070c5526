#pragma once

#include <array>
#include <map>

#include "sync/session/outbox.hpp"

// How fast requests are taken. Three questions, each with a token bucket:
//
//     one connection   how many messages of any kind            beyond: requests wait; far beyond: it is closed
//     one author       how many edits, how much text            beyond: requests wait (`slow_down`)
//     the session      how many requests, how much text         likewise, whoever sends them
//
// And a fourth, which is charged for afterwards: how much work merging an author's edits makes. Edits against old versions cost
// what lies between; who goes on making others walk back and forth through a long history is slowed down, and nobody else.
//
// An author is a participant, not a connection: who connects again finds the bucket as it was. Nothing is dropped: what is
// answered with `slow_down` was not taken, its number stays free, and the participant sends it again.
//
// New files are an author's own account, a much larger one. Who shares a folder sends thousands of files in one go, and nobody
// is kept waiting by them but the sharer; who changes files that others have open gives all of them work.
namespace tutti::session {

/// What a request uses.
struct Cost {
  double bytes = 0;     ///< of inserted text
  bool upload = false;  ///< a new file, or the first of its text
};

class Spending {
 public:
  /// Milliseconds until a request of this cost may be taken; 0 is now.
  [[nodiscard]] std::int64_t wait(const Limits& limits, const wire::Participant& author, const Cost& cost, Instant now);
  void take(const Limits& limits, const wire::Participant& author, const Cost& cost, Instant now);
  /// Charges for what merging took, in steps.
  void charge(const Limits& limits, const wire::Participant& author, std::uint64_t work, Instant now);

 private:
  struct Account {
    Bucket edits, inserted, uploads, uploaded, work;
  };
  struct Draw;
  [[nodiscard]] std::array<Draw, 5> draws(const Limits& limits, const wire::Participant& author, const Cost& cost, Instant now);
  /// Forgets those who would be given a full account anyway.
  void forget_idle(const Limits& limits, Instant now);

  std::map<ParticipantId, Account> accounts_;
  Bucket requests_, bytes_;
};

}  // namespace tutti::session

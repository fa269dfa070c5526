#pragma once

#include <cstdint>

// Bugs that can be put into a debug build on purpose, one at a time, to see that the simulator finds them (tests/sim). A
// release build has none of them, nor the means to.
namespace tutti {

// clang-format off
enum class Bug : std::uint8_t {
  none,
  // merge
  tie_by_arrival, branch_ignored, undo_of_anyone,
  // the hub's session
  durable_too_early, one_left_out, role_unchecked, role_forgotten, handback_ignored, bulk_outdated, file_unlisted,
  given_up_taken, rename_unchecked, number_ahead, giving_up_not_kept, replica_issued_twice, incarnation_kept,
  // compaction and store
  snapshot_short, snapshot_over_tail, snapshot_ignored, tail_ignored, change_not_written,
  // the participant's side
  forgotten_when_received, resent_from_next, pause_skips_one, refused_stays, spoilt_sent_again, repair_unseen,
  fetch_claims_too_much, edit_unseen, lack_unseen, creation_unheard, rename_unheard, deletion_unheard,
  // the editor's link
  refused_by_editor_forgotten, refusal_not_told_editor,
  end,
  // no bug that has to be found, but a fault of the machine, which has to be put right
  copy_spoilt,
};
// clang-format on

#ifndef NDEBUG
/// The one that is active. One thread; set by the simulator.
inline Bug planted_bug = Bug::none;
inline bool planted(Bug bug) {
  return planted_bug == bug;
}
#else
constexpr bool planted(Bug /*bug*/) {
  return false;
}
#endif

}  // namespace tutti

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"

namespace tutti::sim {

/// What somebody does, and what befalls them.
enum class Act : std::uint8_t {
  work,        ///< of a person: one piece of it, by the seed `number`
  cut,         ///< a person's connection
  half_open,   ///< the hub loses it, the person learns of that after `number` ms
  stall_up,    ///< nothing arrives at the hub for `number` ms
  stall_down,  ///< nothing arrives at the person
  suspend,     ///< the person's machine sleeps: their clock jumps by `number` ms
  restart,     ///< the person's process
  role,        ///< editor to viewer, or back
  kill_hub,    ///< SIGKILL; it is back after `number` ms
  usurp,       ///< another hub takes the store; the one that served does not know it for `number` ms
  pause_hub,   ///< its clock jumps by `number` ms
  refuse,      ///< the store refuses everything for `number` ms: a full disk, a database that is away
  lag,         ///< each commit takes `number` ms more from now on
  lose_answer  ///< the next commit happens, and its answer does not come
};

struct Step {
  std::int64_t at = 0;  ///< ms since the beginning
  Act act = Act::work;
  std::size_t who = 0;
  std::uint64_t number = 0;
  friend bool operator==(const Step&, const Step&) = default;
};

/// All that is decided beforehand. What is left to chance (delays) hangs on `seed` and on where it happens, so that a step less
/// changes little else.
struct Plan {
  std::uint64_t seed = 0;
  std::size_t people = 2;
  bool damages = false;     ///< restarts find journals torn, flipped, old or gone, not only those of killed processes
  std::vector<Step> steps;  ///< by time
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// A life of about `works` pieces of work with misfortunes in between.
[[nodiscard]] Plan make_plan(std::uint64_t seed, std::uint64_t works);

/// A line for each step, to be kept and read again.
[[nodiscard]] std::string to_text(const Plan& plan);
/// `invalid` names the line.
[[nodiscard]] Result<Plan> parse_plan(std::string_view text);

}  // namespace tutti::sim

#include "tests/sim/plan.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <sstream>

#include "protocol/base/random.hpp"

namespace tutti::sim {

namespace {

constexpr std::array<std::string_view, 14> names = {"work",      "cut",     "half-open", "stall-up",   "stall-down",
                                                    "suspend",   "restart", "role",      "kill-hub",   "usurp",
                                                    "pause-hub", "refuse",  "lag",       "lose-answer"};

std::optional<Act> act_of(std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<Act>(at - names.begin());
}

struct Odds {
  unsigned weight;
  Act act;
  std::uint64_t most;  ///< of the number
};
constexpr std::array<Odds, 13> misfortunes = {{{28, Act::cut, 1},
                                               {6, Act::half_open, 20'000},
                                               {8, Act::stall_up, 5000},
                                               {8, Act::stall_down, 5000},
                                               {3, Act::suspend, 100'000},
                                               {8, Act::restart, 1},
                                               {10, Act::role, 1},
                                               {16, Act::kill_hub, 2000},
                                               {4, Act::usurp, 4000},
                                               {2, Act::pause_hub, 30'000},
                                               {8, Act::refuse, 4000},
                                               {6, Act::lag, 1500},
                                               {5, Act::lose_answer, 1}}};

Step misfortune(Random& random, std::int64_t at, std::size_t people) {
  unsigned all = 0;
  for (const Odds& odds : misfortunes) all += odds.weight;
  std::uint64_t draw = random.below(all);
  for (const Odds& odds : misfortunes) {
    if (draw < odds.weight) return {at, odds.act, random.below(people), random.below(odds.most)};
    draw -= odds.weight;
  }
  return {at, Act::cut, 0, 0};
}

}  // namespace

Plan make_plan(std::uint64_t seed, std::uint64_t works) {
  Random random(seed);
  Plan plan{seed, 2 + random.below(4), false, {}};
  std::int64_t at = 100;
  for (std::uint64_t i = 0; i < works; ++i) {
    at += static_cast<std::int64_t>(random.below(120));
    plan.steps.push_back({at, Act::work, random.below(plan.people), random.next() >> 32U});
    if (random.chance(12)) plan.steps.push_back(misfortune(random, at, plan.people));
  }
  return plan;
}

std::string to_text(const Plan& plan) {
  std::ostringstream out;
  out << "seed " << plan.seed << "\npeople " << plan.people << "\n";
  if (plan.damages) out << "damages 1\n";
  for (const Step& step : plan.steps) {
    out << "at " << step.at << " " << names.at(static_cast<std::size_t>(step.act)) << " " << step.who << " " << step.number
        << "\n";
  }
  return out.str();
}

Result<Plan> parse_plan(std::string_view text) {
  std::istringstream lines{std::string(text)};
  Plan plan;
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.empty() || line[0] == '#') continue;
    std::istringstream words(line);
    std::string kind, name;
    words >> kind;
    Step step;
    if (kind == "seed") {
      words >> plan.seed;
    } else if (kind == "people") {
      words >> plan.people;
    } else if (kind == "damages") {
      words >> plan.damages;
    } else if (kind == "at") {
      words >> step.at >> name >> step.who >> step.number;
      const auto act = act_of(name);
      if (act) step.act = *act;
      plan.steps.push_back(step);
      if (!act) words.setstate(std::ios::failbit);
    } else {
      words.setstate(std::ios::failbit);
    }
    if (!words || plan.people == 0 || step.who >= plan.people)
      return error(ErrorCode::invalid, "line " + std::to_string(number) + ": " + line);
  }
  return plan;
}

}  // namespace tutti::sim

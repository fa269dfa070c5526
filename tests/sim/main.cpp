// `./dev sim`: runs seeds and says what they met. A failing seed is printed; `--seed N` replays it and tells what happened.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tests/sim/world.hpp"

namespace {

unsigned long long number(const char* text) {
  return std::strtoull(text, nullptr, 10);
}

int replay(unsigned long long seed) {
  const tutti::sim::Verdict verdict = tutti::sim::run(seed, true);
  std::printf("seed %llu: %s, trace %016llx\n", seed, verdict.fault.empty() ? "all held" : verdict.fault.c_str(),
              static_cast<unsigned long long>(verdict.trace));
  return verdict.fault.empty() ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  unsigned long long seeds = 10'000, first = 1;
  for (int i = 1; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--seed") == 0) return replay(number(argv[i + 1]));
    if (std::strcmp(argv[i], "--seeds") == 0) seeds = number(argv[i + 1]);
    if (std::strcmp(argv[i], "--first") == 0) first = number(argv[i + 1]);
  }
  tutti::sim::Tally tally;
  unsigned failures = 0;
  for (unsigned long long seed = first; seed < first + seeds && failures < 20; ++seed) {
    const tutti::sim::Verdict verdict = tutti::sim::run(seed);
    tally.add(verdict.tally);
    if (verdict.fault.empty()) continue;
    ++failures;
    std::printf("seed %llu: %s\n", seed, verdict.fault.c_str());
  }
  const auto show = [](std::uint64_t n) { return static_cast<unsigned long long>(n); };
  std::printf(
      "%llu seeds: %llu edits, %llu known to be safe, %llu refused; hub killed %llu times, connections cut %llu, stalled %llu, "
      "participants restarted %llu, roles changed %llu, histories compacted %llu: %u failures\n",
      show(tally.seeds), show(tally.edits), show(tally.acknowledged), show(tally.refusals), show(tally.crashes),
      show(tally.cuts), show(tally.stalls), show(tally.restarts), show(tally.roles), show(tally.compactions), failures);
  return failures == 0 ? 0 : 1;
}

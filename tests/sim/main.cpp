// `./dev sim`: runs seeds and says what they met. A failing seed is printed, and its plan is shrunk to what it takes to fail.
#include <cstdio>
#include <fstream>
#include <sstream>

#include <CLI/CLI.hpp>

#include "tests/sim/run.hpp"
#include "tests/sim/shrink.hpp"

namespace {

using namespace tutti::sim;

struct Options {
  std::uint64_t seeds = 10'000, first = 1, works = 200, seed = 0;
  std::string plan, save;
  bool damages = false;
};

Plan plan_of(const Options& options, std::uint64_t seed) {
  Plan plan = make_plan(seed, options.works);
  plan.damages = options.damages;
  return plan;
}

int replay(const Plan& plan) {
  const Verdict verdict = run(plan, true);
  std::printf("%s, trace %016llx\n", verdict.fault.empty() ? "all held" : verdict.fault.c_str(),
              static_cast<unsigned long long>(verdict.trace));
  return verdict.fault.empty() ? 0 : 1;
}

int replay_file(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const auto plan = parse_plan(text.str());
  if (file && plan) return replay(*plan);
  std::fprintf(stderr, "%s cannot be read: %s\n", path.c_str(), plan ? "no such file" : plan.error().message.c_str());
  return 2;
}

/// A fault without the names in it, so that what is shrunk stays the same fault.
std::string kind_of(const std::string& fault) {
  std::istringstream words(fault);
  std::string kind;
  for (std::string word; words >> word && kind.size() < 40;) {
    if (word.find_first_of("0123456789./") == std::string::npos) kind += word + " ";
  }
  return kind;
}

void report(const Plan& plan, const std::string& fault, const std::string& save) {
  std::printf("seed %llu: %s\n", static_cast<unsigned long long>(plan.seed), fault.c_str());
  const Plan small = shrink(plan, [&](const Plan& less) { return kind_of(run(less).fault) == kind_of(fault); });
  std::printf("  %s, of %zu steps:\n%s", run(small).fault.c_str(), small.steps.size(), to_text(small).c_str());
  if (!save.empty()) std::ofstream(save + "/" + std::to_string(plan.seed) + ".plan") << to_text(small);
}

int run_seeds(const Options& options) {
  Tally tally;
  unsigned failures = 0;
  for (std::uint64_t seed = options.first; seed < options.first + options.seeds && failures < 5; ++seed) {
    const Plan plan = plan_of(options, seed);
    const Verdict verdict = run(plan);
    add(tally, verdict.tally);
    if (verdict.fault.empty()) continue;
    ++failures;
    report(plan, verdict.fault, options.save);
  }
  for (const auto& [name, times] : tally) std::printf("%12llu %s\n", static_cast<unsigned long long>(times), name.c_str());
  std::printf("%12u failures\n", failures);
  return failures == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Runs a hub, its store and a few participants through random misfortune, and checks that nothing is lost."};
  Options options;
  app.add_option("--seeds", options.seeds, "how many")->capture_default_str();
  app.add_option("--first", options.first, "the first of them")->capture_default_str();
  app.add_option("--works", options.works, "pieces of work in each")->capture_default_str();
  app.add_option("--seed", options.seed, "only this one, and tell what happens");
  app.add_option("--plan", options.plan, "only the plan in this file, and tell what happens");
  app.add_flag("--damages", options.damages, "journals are torn, flipped, old or gone as well");
  app.add_option("--save", options.save, "a folder for the plans of failures");
  CLI11_PARSE(app, argc, argv);
  if (!options.plan.empty()) return replay_file(options.plan);
  if (options.seed != 0) return replay(plan_of(options, options.seed));
  return run_seeds(options);
}

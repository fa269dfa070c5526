#include "tests/bench/merge/options.hpp"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace tutti::bench {

namespace {

constexpr const char* kUsage =
    "usage: bench_merge [--traces DIR] [--trace NAME] [--metric NAME] [--reps N]\n"
    "       bench_merge --hostile EVENTS [--trace NAME] [--reps N]\n";

[[noreturn]] void refuse(const std::string& why) {
  std::fprintf(stderr, "%s\n%s", why.c_str(), kUsage);
  std::exit(2);
}

constexpr int kLeastHostile = 1000;  // whose last changes come one by one

int number(const std::string& flag, std::string_view text, int least) {
  constexpr int most = 100'000'000;
  int value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failed != std::errc() || end != text.data() + text.size() || value < least || value > most) {
    refuse(flag + " takes a number from " + std::to_string(least) + " on");
  }
  return value;
}

void take(Options& options, const std::string& flag, const std::string& value) {
  if (flag == "--traces") {
    options.traces = value;
  } else if (flag == "--trace") {
    options.trace = value;
  } else if (flag == "--metric") {
    options.metric = value;
  } else if (flag == "--reps") {
    options.reps = number(flag, value, 1);
  } else if (flag == "--hostile") {
    options.hostile = static_cast<std::uint32_t>(number(flag, value, kLeastHostile));
  } else {
    refuse("unknown: " + flag);
  }
}

}  // namespace

Options parse_options(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; i += 2) {
    const std::string flag = argv[i];
    if (flag == "--help" || flag == "-h") {
      std::fputs(kUsage, stdout);
      std::exit(0);
    }
    if (!flag.starts_with("--")) refuse("unknown: " + flag);
    if (i + 1 == argc) refuse(flag + " is unknown, or lacks its value");
    take(options, flag, argv[i + 1]);
  }
  return options;
}

void give_up(const std::string& why) {
  std::fprintf(stderr, "%s\n", why.c_str());
  std::exit(2);
}

}  // namespace tutti::bench

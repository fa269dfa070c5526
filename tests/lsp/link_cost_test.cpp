// A key costs the same in a short text and in one of 10 MB: CPU time, the best of several rounds, and a bound that only work
// over the whole text can break (which would make it a hundred times as much).
#include <algorithm>
#include <ctime>

#include "lsp-server/link/link.hpp"
#include "tests/support/catch.hpp"

namespace tutti::link {
namespace {

constexpr int keys = 500;
constexpr int rounds = 5;
constexpr double bound = 10;

class Typing {
 public:
  Typing(std::uint32_t lines, Habits habits) : link_(habits), middle_(lines / 2) {
    std::string text;
    for (std::uint32_t i = 0; i < lines; ++i) text += "the quick brown fox jumps over the lazy dog 012345\n";
    half_ = text::Chars(text.size() / 2);
    give(Opened{text, text::Rope(text).snapshot(), {}});
  }

  /// CPU time of one round, in ticks of `clock()`.
  double own_keys() {
    return timed([&] {
      const text::Place at{middle_, 0};
      ++typed_;
      give(Edited{{1, typed_, applied_, {{at, at, "x"}}, {}, Cause::none}});
      give(Pump{});
    });
  }
  double others_keys() {
    return timed([&] {
      give(RemoteEdit{text::Delta().retain(half_).insert("y"), Cause::none});
      give(Pump{});
      give(Acked{1, ++applied_});
    });
  }

 private:
  void give(const Event& event) {
    effects_.clear();
    link_.step(event, Instant(), effects_);
  }
  template <class Key>
  static double timed(Key key) {
    const std::clock_t begun = std::clock();
    for (int i = 0; i < keys; ++i) key();
    return static_cast<double>(std::clock() - begun);
  }

  Link link_;
  Effects effects_;
  std::uint32_t middle_;
  text::Chars half_;
  std::uint64_t typed_ = 0, applied_ = 0;
};

TEST_CASE("what a key costs does not depend on the size of the document") {
  const Habits habits[] = {{text::Encoding::utf8, true, false}, {text::Encoding::utf16, false, true}};
  for (const Habits& each : habits) {
    Typing small(2'000, each);
    Typing large(200'000, each);
    double small_own = 1e12, large_own = 1e12, small_others = 1e12, large_others = 1e12;
    for (int i = 0; i < rounds; ++i) {
      small_own = std::min(small_own, small.own_keys());
      large_own = std::min(large_own, large.own_keys());
      small_others = std::min(small_others, small.others_keys());
      large_others = std::min(large_others, large.others_keys());
    }
    CHECK(large_own < bound * std::max(small_own, 1.0));
    CHECK(large_others < bound * std::max(small_others, 1.0));
  }
}

}  // namespace
}  // namespace tutti::link

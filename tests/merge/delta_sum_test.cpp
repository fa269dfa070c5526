#include "sync/merge/walk/delta_sum.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::merge;
using text::Chars;
using text::Delta;

namespace {

/// The oracle: a text as a list of characters, each of which knows where it stood before all edits, if it did.
class Plain {
 public:
  explicit Plain(std::uint32_t size) : before_(size) {
    for (std::uint32_t i = 0; i < size; ++i) now_.push_back({i, {}});
  }

  [[nodiscard]] std::uint32_t size() const { return static_cast<std::uint32_t>(now_.size()); }
  void insert(std::uint32_t pos, std::string_view words) {
    std::vector<Char> fresh;
    for (std::string& each : test::chars_of(words)) fresh.push_back({kNew, std::move(each)});
    now_.insert(now_.begin() + pos, fresh.begin(), fresh.end());
  }
  void erase(std::uint32_t pos, std::uint32_t chars) { now_.erase(now_.begin() + pos, now_.begin() + pos + chars); }
  /// What has become of the text: of the characters that stood there each one that is left is retained.
  [[nodiscard]] Delta delta() const {
    Delta all;
    std::uint32_t reached = 0;
    for (const Char& each : now_) {
      if (each.was_at == kNew) {
        all.insert(each.words);
        continue;
      }
      all.erase(Chars(each.was_at - reached)).retain(Chars(1));
      reached = each.was_at + 1;
    }
    return std::move(all.erase(Chars(before_ - reached)));
  }

 private:
  static constexpr std::uint32_t kNew = ~std::uint32_t{0};
  struct Char {
    std::uint32_t was_at;
    std::string words;
  };
  std::uint32_t before_;
  std::vector<Char> now_;
};

struct Edit {
  std::uint32_t pos;
  std::uint32_t erase;  ///< or else
  std::string insert;
};

/// Where somebody edits who is at `at`: on from there, back from there, or anywhere.
enum class Habit { onwards, backwards, anywhere, mixed };

std::vector<Edit> random_edits(Random& random, Habit habit, std::uint32_t size, std::uint32_t count) {
  std::vector<Edit> edits;
  std::uint32_t at = habit == Habit::backwards ? size : 0;
  while (edits.size() < count) {
    const Habit now = habit == Habit::mixed ? static_cast<Habit>(random.below(3)) : habit;
    const auto step = static_cast<std::uint32_t>(random.below(4));
    if (now == Habit::onwards) at = std::min(size, at + step);
    if (now == Habit::backwards) at -= std::min(at, step);
    if (now == Habit::anywhere) at = static_cast<std::uint32_t>(random.below(size + 1));
    std::string words = random.chance(50) ? test::random_text(random, 4) : "";
    const auto gone = words.empty() ? static_cast<std::uint32_t>(random.below(std::min(size - at, 9U) + 1)) : 0;
    if (words.empty() && gone == 0) words = "+";
    const auto more = static_cast<std::uint32_t>(utf8::count_chars(words));
    edits.push_back({at, gone, std::move(words)});
    size = size + more - gone;
    if (now == Habit::onwards) at += more;
  }
  return edits;
}

/// As they stand in a history: all words in one text.
Delta summed(const std::vector<Edit>& edits) {
  std::string content;
  for (const Edit& edit : edits) content += edit.insert;
  DeltaSum sum(content);
  std::uint32_t begin = 0;
  for (const Edit& edit : edits) {
    const auto bytes = static_cast<std::uint32_t>(edit.insert.size());
    if (bytes > 0) {
      sum.insert(edit.pos, begin, bytes, static_cast<std::uint32_t>(utf8::count_chars(edit.insert)));
    } else {
      sum.erase(edit.pos, edit.erase);
    }
    begin += bytes;
  }
  return sum.take();
}

Delta done_plainly(const std::vector<Edit>& edits, std::uint32_t size) {
  Plain plain(size);
  for (const Edit& edit : edits) edit.insert.empty() ? plain.erase(edit.pos, edit.erase) : plain.insert(edit.pos, edit.insert);
  return plain.delta();
}

}  // namespace

TEST_CASE("edits add up to what became of each character") {
  for (const Habit habit : {Habit::onwards, Habit::backwards, Habit::anywhere, Habit::mixed}) {
    for (std::uint64_t seed = 1; seed <= 250; ++seed) {
      INFO("habit " << static_cast<int>(habit) << ", seed " << seed);
      Random random(seed);
      const auto size = static_cast<std::uint32_t>(random.below(60));
      const auto count = static_cast<std::uint32_t>(random.below(seed % 10 == 0 ? 300 : 20));
      const std::vector<Edit> edits = random_edits(random, habit, size, count);
      REQUIRE(summed(edits) == done_plainly(edits, size));
    }
  }
}

TEST_CASE("what is typed and erased again adds up to nothing, and so does nothing") {
  CHECK(summed({}).is_noop());
  CHECK(summed({{3, 0, "añb"}, {4, 1, ""}, {3, 2, ""}}).is_noop());
  CHECK(summed({{3, 0, "añb"}, {4, 1, ""}}) == Delta().retain(Chars(3)).insert("ab"));
  CHECK(summed({{3, 0, "añb"}, {2, 2, ""}}) == Delta().retain(Chars(2)).erase(Chars(1)).insert("ñb"));
}

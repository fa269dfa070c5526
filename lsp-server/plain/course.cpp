#include "lsp-server/plain/course.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "lsp-server/link/final_newline.hpp"
#include "lsp-server/link/reduce.hpp"
#include "protocol/base/utf.hpp"

namespace tutti::plain {

using text::Chars;
using text::Delta;
using text::Rope;

namespace {

constexpr std::uint64_t small_enough = 4096;  // characters between two changes that are looked at as one

/// Characters before the first change.
std::uint64_t lead_of(const Delta& delta) {
  const auto* retain = delta.steps().empty() ? nullptr : std::get_if<text::Retain>(&delta.steps().front());
  return retain == nullptr ? 0 : retain->count.value;
}

/// The one stretch in which the two texts differ, as a delta of its own.
Delta trimmed(std::string_view before, std::string_view after, std::uint64_t lead) {
  std::size_t head = 0;
  while (head < std::min(before.size(), after.size()) && before[head] == after[head]) ++head;
  while (head > 0 && !(utf8::is_boundary(before, head) && utf8::is_boundary(after, head))) --head;
  before.remove_prefix(head);
  std::string_view rest = after.substr(head);
  std::size_t tail = 0;
  while (tail < std::min(before.size(), rest.size()) && before[before.size() - 1 - tail] == rest[rest.size() - 1 - tail])
    ++tail;
  while (tail > 0 && utf8::is_continuation(before[before.size() - tail])) --tail;
  Delta delta;
  delta.retain(Chars(lead + utf8::count_chars(after.substr(0, head))));
  delta.insert(rest.substr(0, rest.size() - tail));
  return delta.erase(Chars(utf8::count_chars(before.substr(0, before.size() - tail))));
}

struct Joined {
  Delta delta;
  std::uint64_t saved = 0;  ///< how much less it is than the two changes; 0: they stay two
};

/// Two changes, of which the first starts from `text`, as one stretch.
Joined join(const Rope& text, const Delta& first, const Delta& then) {
  const Delta both = text::compose(first, then);
  const std::uint64_t lead = lead_of(both);
  const std::uint64_t reach = both.reach().value;
  const std::uint64_t weight = weight_of(both);
  if (weight < 2 || reach - lead > weight + small_enough) return {};
  Rope after(text);
  text::apply(after, both);
  const std::uint64_t end = after.size().value + reach - text.size().value;
  Delta less = trimmed(text.str(Chars(lead), Chars(reach)), after.str(Chars(lead), Chars(end)), lead);
  const std::uint64_t left = weight_of(less);
  return {std::move(less), weight - std::min(weight, left)};
}

}  // namespace

std::uint64_t weight_of(const Delta& delta) {
  std::uint64_t weight = 0;
  for (const text::Step& step : delta.steps()) {
    if (const auto* erase = std::get_if<text::Erase>(&step)) weight += erase->count.value;
    if (const auto* insert = std::get_if<text::Insert>(&step)) weight += insert->count.value;
  }
  return weight;
}

Course::Course(const Rope& base) : text_(base), head_(base.size().value), tail_(base.size().value) {}

void Course::go(const Delta& delta) {
  if (delta.is_noop()) return;
  head_ = std::min(head_, lead_of(delta));
  tail_ = std::min(tail_, text_.size().value - delta.reach().value);
  text::apply(text_, delta);
}

bool Course::meets(const Course& other) const {
  if (!(text_.summary() == other.text_.summary())) return false;
  const std::uint64_t size = text_.size().value;
  const std::uint64_t head = std::min(head_, other.head_);
  const std::uint64_t tail = std::min(tail_, other.tail_);
  if (head + tail >= size) return true;
  return text_.str(Chars(head), Chars(size - tail)) == other.text_.str(Chars(head), Chars(size - tail));
}

namespace {

/// Who cannot hold a text without a final newline means the line's end when the last line goes, and not the newline.
Delta with_newline(Delta delta, const Rope& before) {
  Rope after(before);
  text::apply(after, delta);
  if (link::ends_with_newline(after) || !link::ends_with_newline(before)) return delta;
  return text::compose(delta, Delta().retain(after.size()).insert("\n"));
}

}  // namespace

Result<Delta> delta_of(const Change& change, const Rope& text, const Profile& profile) {
  constexpr std::uint32_t end = std::numeric_limits<std::int32_t>::max();
  const Range range = change.range.value_or(Range{{0, 0}, {end, 0}});
  auto delta = link::reduce({{range.from, range.to, change.text}}, text, text.size(), profile.habits);
  if (!delta || !profile.always_newline || !change.range) return delta;
  return with_newline(std::move(*delta), text);
}

std::optional<Delta> less_than_both(const Rope& before, const Delta& first, const Delta& then) {
  Joined both = join(before, first, then);
  if (both.saved == 0) return std::nullopt;
  return std::move(both.delta);
}

Delta take_all(Rope& text, const std::vector<Delta>& changes) {
  Delta all;
  const auto take = [&](const Delta& delta) {
    text::apply(text, delta);
    all = text::compose(all, delta);
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    if (i + 1 == changes.size()) {
      take(changes[i]);
      break;
    }
    Joined pair = join(text, changes[i], changes[i + 1]);
    Rope after(text);
    text::apply(after, changes[i]);
    const bool next_is_better = i + 2 < changes.size() && join(after, changes[i + 1], changes[i + 2]).saved > pair.saved;
    if (pair.saved == 0 || next_is_better) {
      take(changes[i]);
    } else {
      take(pair.delta);
      ++i;
    }
  }
  return all;
}

}  // namespace tutti::plain

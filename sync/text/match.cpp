#include <algorithm>
#include <unordered_map>

#include "sync/text/diff.hpp"

namespace tutti::text {

namespace {

using Symbols = std::span<const std::uint32_t>;

constexpr std::uint32_t kMaxEdits = 200;  // D of Myers' O(ND): memory kMaxEdits^2, work (N+M) * kMaxEdits at most

class Matcher {
 public:
  Matcher(Symbols a, Symbols b) : a_(a), b_(b) {}

  std::vector<Match> run() {
    between(0, size(a_), 0, size(b_), true);
    return std::move(found_);
  }

 private:
  static std::uint32_t size(Symbols s) { return static_cast<std::uint32_t>(s.size()); }

  void add(std::uint32_t a, std::uint32_t b, std::uint32_t count) {
    if (count == 0) return;
    if (!found_.empty() && found_.back().a + found_.back().count == a && found_.back().b + found_.back().count == b) {
      found_.back().count += count;
    } else {
      found_.push_back({a, b, count});
    }
  }

  void between(std::uint32_t a0, std::uint32_t a1, std::uint32_t b0, std::uint32_t b1, bool anchor) {
    std::uint32_t head = 0;
    while (a0 + head < a1 && b0 + head < b1 && a_[a0 + head] == b_[b0 + head]) ++head;
    add(a0, b0, head);
    a0 += head;
    b0 += head;
    std::uint32_t tail = 0;
    while (a0 + tail < a1 && b0 + tail < b1 && a_[a1 - 1 - tail] == b_[b1 - 1 - tail]) ++tail;
    a1 -= tail;
    b1 -= tail;
    if (a0 < a1 && b0 < b1 && !(anchor && by_anchors(a0, a1, b0, b1))) shortest(a0, a1, b0, b1);
    add(a1, b1, tail);
  }

  bool by_anchors(std::uint32_t a0, std::uint32_t a1, std::uint32_t b0, std::uint32_t b1) {
    const auto chain = rising(unique_pairs(a0, a1, b0, b1));
    if (chain.empty()) return false;
    for (const Match& anchor : chain) {
      if (anchor.a < a0 || anchor.b < b0) continue;  // the match before it ran over it
      between(a0, anchor.a, b0, anchor.b, false);
      add(anchor.a, anchor.b, 1);
      a0 = anchor.a + 1;
      b0 = anchor.b + 1;
    }
    between(a0, a1, b0, b1, false);
    return true;
  }

  /// Symbols that occur exactly once on each side, in the order of `a`.
  std::vector<Match> unique_pairs(std::uint32_t a0, std::uint32_t a1, std::uint32_t b0, std::uint32_t b1) {
    struct Seen {
      std::uint32_t in_a = 0;
      std::uint32_t in_b = 0;
      std::uint32_t where_b = 0;
    };
    std::unordered_map<std::uint32_t, Seen> seen;
    for (std::uint32_t i = a0; i < a1; ++i) ++seen[a_[i]].in_a;
    for (std::uint32_t i = b0; i < b1; ++i) {
      const auto it = seen.find(b_[i]);
      if (it == seen.end()) continue;
      ++it->second.in_b;
      it->second.where_b = i;
    }
    std::vector<Match> pairs;
    for (std::uint32_t i = a0; i < a1; ++i) {
      const Seen& s = seen[a_[i]];
      if (s.in_a == 1 && s.in_b == 1) pairs.push_back({i, s.where_b, 1});
    }
    return pairs;
  }

  /// The longest chain whose places rise in `b` too (patience sorting).
  static std::vector<Match> rising(const std::vector<Match>& pairs) {
    std::vector<std::size_t> top;
    std::vector<std::size_t> below(pairs.size());
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      const auto pile =
          std::lower_bound(top.begin(), top.end(), pairs[i].b, [&](std::size_t t, std::uint32_t b) { return pairs[t].b < b; });
      below[i] = pile == top.begin() ? pairs.size() : *(pile - 1);
      if (pile == top.end()) {
        top.push_back(i);
      } else {
        *pile = i;
      }
    }
    std::vector<Match> chain;
    for (std::size_t i = top.empty() ? pairs.size() : top.back(); i < pairs.size(); i = below[i]) chain.push_back(pairs[i]);
    std::reverse(chain.begin(), chain.end());
    return chain;
  }

  /// Myers' greedy algorithm, keeping each round's frontier for the way back. Finds nothing beyond kMaxEdits.
  void shortest(std::uint32_t a0, std::uint32_t a1, std::uint32_t b0, std::uint32_t b1) {
    const auto n = static_cast<std::int64_t>(a1 - a0);
    const auto m = static_cast<std::int64_t>(b1 - b0);
    const auto bound = std::min<std::int64_t>(n + m, kMaxEdits);
    std::vector<std::vector<std::int64_t>> rounds;
    std::vector<std::int64_t> v(static_cast<std::size_t>(2 * bound + 3), 0);
    const auto at = [&](std::int64_t k) { return static_cast<std::size_t>(k + bound + 1); };
    for (std::int64_t d = 0; d <= bound; ++d) {
      for (std::int64_t k = -d; k <= d; k += 2) {
        std::int64_t x = (k == -d || (k != d && v[at(k - 1)] < v[at(k + 1)])) ? v[at(k + 1)] : v[at(k - 1)] + 1;
        std::int64_t y = x - k;
        while (x < n && y < m && x >= 0 && y >= 0 &&
               a_[a0 + static_cast<std::uint32_t>(x)] == b_[b0 + static_cast<std::uint32_t>(y)]) {
          ++x;
          ++y;
        }
        v[at(k)] = x;
        if (x >= n && y >= m) {
          trace_back(rounds, d, n, m, a0, b0, bound);
          return;
        }
      }
      rounds.emplace_back(v.begin() + static_cast<std::ptrdiff_t>(at(-d)), v.begin() + static_cast<std::ptrdiff_t>(at(d)) + 1);
    }
  }

  void trace_back(const std::vector<std::vector<std::int64_t>>& rounds, std::int64_t d, std::int64_t x, std::int64_t y,
                  std::uint32_t a0, std::uint32_t b0, std::int64_t /*bound*/) {
    std::vector<Match> back;
    const auto reached = [&](std::int64_t round, std::int64_t k) {
      return k < -round || k > round ? -1 : rounds[static_cast<std::size_t>(round)][static_cast<std::size_t>(k + round)];
    };
    for (; d > 0; --d) {
      const std::int64_t k = x - y;
      const bool down = k == -d || (k != d && reached(d - 1, k - 1) < reached(d - 1, k + 1));
      const std::int64_t from_k = down ? k + 1 : k - 1;
      const std::int64_t from_x = reached(d - 1, from_k);
      const std::int64_t start_x = down ? from_x : from_x + 1;  // where the snake of round d begins
      if (x > start_x) back.push_back(at(a0, b0, start_x, start_x - k, x - start_x));
      x = from_x;
      y = from_x - from_k;
    }
    if (x > 0) back.push_back(at(a0, b0, 0, 0, x));
    for (auto it = back.rbegin(); it != back.rend(); ++it) add(it->a, it->b, it->count);
  }

  static Match at(std::uint32_t a0, std::uint32_t b0, std::int64_t x, std::int64_t y, std::int64_t count) {
    return {a0 + static_cast<std::uint32_t>(x), b0 + static_cast<std::uint32_t>(y), static_cast<std::uint32_t>(count)};
  }

  Symbols a_;
  Symbols b_;
  std::vector<Match> found_;
};

}  // namespace

std::vector<Match> match(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  return Matcher(a, b).run();
}

}  // namespace tutti::text

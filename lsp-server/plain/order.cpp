// What came, in the order in which it happened.
#include <algorithm>
#include <utility>

#include "lsp-server/plain/link.hpp"

namespace tutti::plain {

void Link::hold(const Changed& event, Instant now) {
  Held held{event.version, event.changes, now};
  for (Change& change : held.changes) change.text = read(std::move(change.text));
  if (!profile_.disorders) {
    held_.push_back(std::move(held));
    return;
  }
  const Version last = held_.empty() ? version_ : held_.back().version;
  if (held.version <= last) return;  // it came twice
  if (early_.empty()) gap_since_ = now;
  early_.emplace(held.version, std::move(held));
  close_gap(now);
}

/// Versions rise by one: takes over what follows without a gap.
void Link::close_gap(Instant now) {
  Version last = held_.empty() ? version_ : held_.back().version;
  while (!early_.empty() && early_.begin()->first == last + 1) {
    last = last + 1;
    held_.push_back(std::move(early_.begin()->second));
    held_.back().at = now;
    early_.erase(early_.begin());
    gap_since_ = now;
  }
}

void Link::lose(std::string why, Effects& effects) {
  drain(gap_since_, true);
  if (!early_.empty()) version_ = std::max(version_, early_.rbegin()->first);
  early_.clear();
  lost_ = true;
  effects.emplace_back(Diverged{std::move(why)});
}

}  // namespace tutti::plain

#include "sync/peer/reports.hpp"

#include <algorithm>
#include <utility>
#include <variant>

namespace tutti::peer {

namespace {

/// Whether the delta erases in [from, to) or inserts within it. Text that comes at an edge changes nothing in it.
bool touches(const text::Delta& delta, std::uint64_t from, std::uint64_t to) {
  std::uint64_t at = 0;
  for (const text::Step& step : delta.steps()) {
    if (at >= to && at > from) return false;
    if (const auto* kept = std::get_if<text::Retain>(&step)) {
      at += kept->count.value;
    } else if (const auto* gone = std::get_if<text::Erase>(&step)) {
      if (at < to && at + gone->count.value > from) return true;
      at += gone->count.value;
    } else if (from < at && at < to) {
      return true;
    }
  }
  return false;
}

}  // namespace

std::vector<wire::Diagnostic> carried(std::vector<wire::Diagnostic> diagnostics, const text::Delta& delta) {
  std::erase_if(diagnostics, [&](const wire::Diagnostic& each) { return touches(delta, each.from, each.to); });
  for (wire::Diagnostic& each : diagnostics) {
    const bool empty = each.from == each.to;
    each.from = text::carry(text::Chars(each.from), delta, text::Left::theirs).value;
    each.to = empty ? each.from : text::carry(text::Chars(each.to), delta, text::Left::mine).value;
  }
  return diagnostics;
}

void Reports::set(ParticipantId participant, std::vector<wire::Diagnostic> diagnostics) {
  if (diagnostics.empty()) {
    all_.erase(participant);
  } else {
    all_[participant] = std::move(diagnostics);
  }
}

bool Reports::forget(ParticipantId participant) {
  return all_.erase(participant) > 0;
}

void Reports::carry(const text::Delta& delta) {
  for (auto at = all_.begin(); at != all_.end();) {
    at->second = carried(std::move(at->second), delta);
    at = at->second.empty() ? all_.erase(at) : std::next(at);
  }
}

}  // namespace tutti::peer

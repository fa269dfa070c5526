#include "sync/peer/file.hpp"

#include <algorithm>

#include "sync/text/delta.hpp"

namespace tutti::peer {

namespace {

constexpr std::size_t recent_most = 64;
constexpr std::uint64_t recent_bytes = 4096;  ///< a larger insertion is not worth keeping for a cursor

}  // namespace

merge::Known File::known() const {
  merge::Known known = text->known();
  if (!fetch || !fetch->compare) return known;
  for (auto& [replica, next] : known) {
    if (replica == fetch->compare->replica) next = std::min(next, fetch->compare->seq);
  }
  std::erase_if(known, [](const auto& each) { return each.second == Seq(0); });
  return known;
}

std::string words_of(const std::vector<merge::Change>& changes) {
  std::string words;
  for (const merge::Change& change : changes) {
    for (const merge::Patch& patch : change.patches) words += patch.insert;
  }
  return words;
}

void carry_cursors(File& file, merge::Version before, const text::Delta& delta) {
  if (delta.is_noop()) return;
  file.cursors.carry(delta);
  file.reports.carry(delta);
  if (delta.inserted().value > recent_bytes) {
    file.recent.clear();
    return;
  }
  file.recent.emplace_back(std::move(before), delta);
  if (file.recent.size() > recent_most) file.recent.pop_front();
}

std::vector<wire::Diagnostic> place_diagnostics(const File& file, const merge::Version& version,
                                                std::vector<wire::Diagnostic> diagnostics) {
  if (!file.text) return {};
  auto next = std::find_if(file.recent.begin(), file.recent.end(), [&](const auto& each) { return each.first == version; });
  if (next == file.recent.end() && file.text->version() != version) return {};
  for (; next != file.recent.end(); ++next) diagnostics = carried(std::move(diagnostics), next->second);
  const std::uint64_t end = file.text->text().size().value;
  std::erase_if(diagnostics, [&](const wire::Diagnostic& each) { return each.from > each.to || each.to > end; });
  return diagnostics;
}

std::vector<wire::Selection> place_selections(const File& file, const merge::Version& version,
                                              std::vector<wire::Selection> selections) {
  auto from = std::find_if(file.recent.begin(), file.recent.end(), [&](const auto& each) { return each.first == version; });
  const std::uint64_t end = file.text ? file.text->text().size().value : 0;
  for (wire::Selection& each : selections) {
    for (std::uint64_t* at : {&each.anchor, &each.head}) {
      for (auto next = from; next != file.recent.end(); ++next) {
        *at = text::carry(text::Chars(*at), next->second, text::Left::mine).value;
      }
      *at = std::min(*at, end);
    }
  }
  return selections;
}

}  // namespace tutti::peer

#include "tests/bench/merge/floors.hpp"

#include <algorithm>
#include <cstring>

#include "protocol/base/utf.hpp"

namespace tutti::bench {

namespace {

std::u32string widen(std::string_view text) {
  std::u32string wide;
  wide.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t bytes = utf8::width(text[at]);
    const auto lead = static_cast<unsigned char>(text[at]);
    char32_t c = bytes == 1 ? lead : lead & (0xffU >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) c = (c << 6U) | (static_cast<unsigned char>(text[at + i]) & 0x3fU);
    wide.push_back(c);
    at += bytes;
  }
  return wide;
}

/// Joins what continues: typing onwards, Delete, Backspace.
class RunLog {
 public:
  template <class Unit>
  void add(const Run& patch, const Unit* text, std::basic_string<Unit>& content) {
    if (patch.erase > 0) erase(patch);
    if (patch.count > 0) insert({patch.at, 0, static_cast<std::uint32_t>(content.size()), patch.count}, text, content);
  }
  std::vector<Run> runs;

 private:
  void erase(const Run& patch) {
    if (!runs.empty() && runs.back().erase > 0 && runs.back().at == patch.at) {
      runs.back().erase += patch.erase;
    } else if (!runs.empty() && runs.back().erase > 0 && runs.back().at == patch.at + patch.erase) {
      runs.back().at = patch.at;
      runs.back().erase += patch.erase;
    } else {
      runs.push_back({patch.at, patch.erase, 0, 0});
    }
  }
  template <class Unit>
  void insert(const Run& run, const Unit* text, std::basic_string<Unit>& content) {
    if (!runs.empty() && runs.back().erase == 0 && runs.back().at + runs.back().count == run.at) {
      runs.back().count += run.count;
    } else {
      runs.push_back(run);
    }
    content.append(text, run.count);
  }
};

}  // namespace

template <class Unit>
void GapBuffer<Unit>::edit(std::size_t at, std::size_t erase, const Unit* text, std::size_t count) {
  if (at < gap_begin_) {
    const std::size_t moved = gap_begin_ - at;
    std::memmove(data_.data() + gap_end_ - moved, data_.data() + at, moved * sizeof(Unit));
    gap_end_ -= moved;
  } else if (at > gap_begin_) {
    const std::size_t moved = at - gap_begin_;
    std::memmove(data_.data() + gap_begin_, data_.data() + gap_end_, moved * sizeof(Unit));
    gap_end_ += moved;
  }
  gap_begin_ = at;
  gap_end_ += erase;
  if (gap_end_ - gap_begin_ < count) {
    std::vector<Unit> grown((data_.size() + count) * 2);
    const std::size_t tail = data_.size() - gap_end_;
    std::memcpy(grown.data(), data_.data(), gap_begin_ * sizeof(Unit));
    std::memcpy(grown.data() + grown.size() - tail, data_.data() + gap_end_, tail * sizeof(Unit));
    gap_end_ = grown.size() - tail;
    data_ = std::move(grown);
  }
  if (count == 1) {
    data_[gap_begin_] = *text;
  } else if (count > 0) {
    std::memcpy(data_.data() + gap_begin_, text, count * sizeof(Unit));
  }
  gap_begin_ += count;
}

template <class Unit>
std::basic_string<Unit> GapBuffer<Unit>::str() const {
  std::basic_string<Unit> text(data_.data(), gap_begin_);
  text.append(data_.data() + gap_end_, data_.size() - gap_end_);
  return text;
}

Floors::Floors(const Trace& trace)
    : narrow_(trace.content), narrow_end_(trace.end), wide_(widen(trace.content)), wide_end_(widen(trace.end)) {
  ascii_ = wide_.size() == narrow_.size();
  std::uint32_t offset = 0;
  RunLog log;
  std::u32string content;
  for (const FlatPatch& patch : trace.flat) {
    patches_.push_back({patch.at, patch.erase, offset, patch.chars});
    log.add(patches_.back(), wide_.data() + offset, content);
    offset += patch.chars;
  }
  runs_ = std::move(log.runs);
}

template <class Unit>
bool Floors::local_in(const std::basic_string<Unit>& content, const std::basic_string<Unit>& end) const {
  GapBuffer<Unit> buffer;
  RunLog log;
  std::basic_string<Unit> logged;
  for (const Run& patch : patches_) {
    buffer.edit(patch.at, patch.erase, content.data() + patch.text, patch.count);
    log.add(patch, content.data() + patch.text, logged);
  }
  return buffer.str() == end && logged.size() == content.size();
}

template <class Unit>
bool Floors::replay_in(const std::basic_string<Unit>& content, const std::basic_string<Unit>& end) const {
  GapBuffer<Unit> buffer;
  for (const Run& run : runs_) buffer.edit(run.at, run.erase, content.data() + run.text, run.count);
  return buffer.str() == end;
}

bool Floors::local() const {
  return ascii_ ? local_in(narrow_, narrow_end_) : local_in(wide_, wide_end_);
}
bool Floors::replay() const {
  return ascii_ ? replay_in(narrow_, narrow_end_) : replay_in(wide_, wide_end_);
}

}  // namespace tutti::bench

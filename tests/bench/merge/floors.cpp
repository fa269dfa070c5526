#include "tests/bench/merge/floors.hpp"

#include <algorithm>
#include <cstring>

#include "sync/merge/walk/catch_up.hpp"
#include "sync/text/rope.hpp"

namespace tutti::bench {

namespace {

using merge::Effect;
using text::Chars;

/// Where character `at` of the text begins. Byte by byte there is nothing to ask where all are ASCII.
std::uint32_t byte_of(const text::Rope& text, std::uint64_t at) {
  const text::Summary sum = text.summary();
  const bool ascii = sum.bytes.value == sum.chars.value;
  return static_cast<std::uint32_t>(ascii ? at : text.snapshot().to_bytes(Chars(at)).value);
}

/// The patches with places and lengths in bytes of the text that each of them finds.
std::vector<Run> in_bytes(const std::vector<FlatPatch>& patches, std::string_view content) {
  text::Rope text;
  std::vector<Run> runs;
  runs.reserve(patches.size());
  for (const FlatPatch& patch : patches) {
    const std::uint32_t at = byte_of(text, patch.at);
    const std::uint32_t end = byte_of(text, std::uint64_t{patch.at} + patch.erase);
    runs.push_back({at, end - at, patch.text, patch.bytes});
    text.erase(Chars(patch.at), Chars(std::uint64_t{patch.at} + patch.erase));
    text.insert(Chars(patch.at), content.substr(patch.text, patch.bytes), Chars(patch.chars));
  }
  return runs;
}

/// What a walk over the whole history does to the text, in its order.
std::vector<FlatPatch> walked(const merge::Log& log) {
  merge::Walker walker;
  walker.begin(merge::kNoLv, 0);
  merge::CatchUp catch_up(walker, true);
  std::vector<FlatPatch> patches;
  for (bool done = false; !done; catch_up.effects().clear()) {
    done = catch_up.go_on(log, log.size(), merge::Walker::kAllSteps);
    for (const Effect& effect : catch_up.effects()) {
      const bool erases = effect.bytes == 0;
      patches.push_back({effect.pos, erases ? effect.len : 0, effect.content, effect.bytes, erases ? 0 : effect.len});
    }
  }
  return patches;
}

/// Joins what continues: typing onwards, Delete, Backspace.
class RunLog {
 public:
  void add(const Run& patch, const char* text) {
    if (patch.erase > 0) erase(patch);
    if (patch.count > 0) insert({patch.at, 0, static_cast<std::uint32_t>(content.size()), patch.count}, text);
  }
  std::vector<Run> runs;
  std::string content;

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
  void insert(const Run& run, const char* text) {
    if (!runs.empty() && runs.back().erase == 0 && runs.back().at + runs.back().count == run.at) {
      runs.back().count += run.count;
    } else {
      runs.push_back(run);
    }
    content.append(text, run.count);
  }
};

}  // namespace

void GapBuffer::edit(std::size_t at, std::size_t erase, const char* text, std::size_t count) {
  if (at < gap_begin_) {
    const std::size_t moved = gap_begin_ - at;
    std::memmove(data_.data() + gap_end_ - moved, data_.data() + at, moved);
    gap_end_ -= moved;
  } else if (at > gap_begin_) {
    const std::size_t moved = at - gap_begin_;
    std::memmove(data_.data() + gap_begin_, data_.data() + gap_end_, moved);
    gap_end_ += moved;
  }
  gap_begin_ = at;
  gap_end_ += erase;
  if (gap_end_ - gap_begin_ < count) {
    std::vector<char> grown((data_.size() + count) * 2);
    const std::size_t tail = data_.size() - gap_end_;
    std::memcpy(grown.data(), data_.data(), gap_begin_);
    std::memcpy(grown.data() + grown.size() - tail, data_.data() + gap_end_, tail);
    gap_end_ = grown.size() - tail;
    data_ = std::move(grown);
  }
  if (count == 1) {
    data_[gap_begin_] = *text;
  } else if (count > 0) {
    std::memcpy(data_.data() + gap_begin_, text, count);
  }
  gap_begin_ += count;
}

std::string GapBuffer::str() const {
  std::string text(data_.data(), gap_begin_);
  text.append(data_.data() + gap_end_, data_.size() - gap_end_);
  return text;
}

Floors::Floors(const std::vector<FlatPatch>& patches, std::string_view content, std::string_view end)
    : patches_(in_bytes(patches, content)), content_(content), end_(end) {
  RunLog log;
  for (const Run& patch : patches_) log.add(patch, content_.data() + patch.text);
  runs_ = std::move(log.runs);
  run_content_ = std::move(log.content);
}

Floors::Floors(const merge::Log& log, std::string_view end) : Floors(walked(log), log.ops.content(), end) {}

bool Floors::local() const {
  GapBuffer buffer;
  RunLog log;
  for (const Run& patch : patches_) {
    buffer.edit(patch.at, patch.erase, content_.data() + patch.text, patch.count);
    log.add(patch, content_.data() + patch.text);
  }
  return buffer.str() == end_ && log.content.size() == content_.size();
}

bool Floors::replay() const {
  GapBuffer buffer;
  for (const Run& run : runs_) buffer.edit(run.at, run.erase, run_content_.data() + run.text, run.count);
  return buffer.str() == end_;
}

}  // namespace tutti::bench

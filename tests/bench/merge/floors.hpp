#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sync/merge/log/log.hpp"
#include "tests/bench/merge/trace.hpp"

/// What no engine can be faster than: the same edits with nothing to merge.
namespace tutti::bench {

/// A gap buffer of bytes, with no summaries and no sharing.
class GapBuffer {
 public:
  GapBuffer() : data_(256) { gap_end_ = data_.size(); }

  void edit(std::size_t at, std::size_t erase, const char* text, std::size_t count);
  [[nodiscard]] std::string str() const;

 private:
  std::vector<char> data_;
  std::size_t gap_begin_ = 0;
  std::size_t gap_end_ = 0;
};

/// A patch, or patches joined where typing goes on, as any log keeps them. All in bytes.
struct Run {
  std::uint32_t at;
  std::uint32_t erase;
  std::uint32_t text;
  std::uint32_t count;
};

/// The floors of one history. Its places are made places in bytes beforehand, since no text has to be kept in bytes that way.
class Floors {
 public:
  /// Of edits that were made one after the other.
  Floors(const std::vector<FlatPatch>& patches, std::string_view content, std::string_view end);
  /// Of what merging comes to, where people wrote at once: it is known beforehand, too.
  Floors(const merge::Log& log, std::string_view end);

  /// Patch by patch: gap buffer, and a log of joined runs with their text.
  [[nodiscard]] bool local() const;
  /// The joined runs into a gap buffer.
  [[nodiscard]] bool replay() const;

 private:
  std::vector<Run> patches_;
  std::string content_;
  std::vector<Run> runs_;
  std::string run_content_;
  std::string end_;
};

}  // namespace tutti::bench

#pragma once

#include <string>
#include <vector>

#include "tests/bench/merge/trace.hpp"

/// What no engine can be faster than: the same edits with nothing to merge.
namespace tutti::bench {

/// A gap buffer of characters (32 bits each where the trace has other than ASCII), with no summaries and no sharing.
template <class Unit>
class GapBuffer {
 public:
  GapBuffer() : data_(256) { gap_end_ = data_.size(); }

  void edit(std::size_t at, std::size_t erase, const Unit* text, std::size_t count);
  [[nodiscard]] std::basic_string<Unit> str() const;

 private:
  std::vector<Unit> data_;
  std::size_t gap_begin_ = 0;
  std::size_t gap_end_ = 0;
};

/// Patches joined where typing goes on, as any log keeps them.
struct Run {
  std::uint32_t at;
  std::uint32_t erase;
  std::uint32_t text;
  std::uint32_t count;
};

/// The floors of one sequential trace, in characters.
class Floors {
 public:
  explicit Floors(const Trace& trace);

  /// Patch by patch: gap buffer, and a log of joined runs with their text.
  [[nodiscard]] bool local() const;
  /// The joined runs into a gap buffer.
  [[nodiscard]] bool replay() const;

 private:
  template <class Unit>
  [[nodiscard]] bool local_in(const std::basic_string<Unit>& content, const std::basic_string<Unit>& end) const;
  template <class Unit>
  [[nodiscard]] bool replay_in(const std::basic_string<Unit>& content, const std::basic_string<Unit>& end) const;

  std::vector<Run> patches_;
  std::vector<Run> runs_;
  bool ascii_ = true;
  std::string narrow_, narrow_end_;
  std::u32string wide_, wide_end_;
};

}  // namespace tutti::bench

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sync/merge/log/lv.hpp"

namespace tutti::merge {

/// What a stretch of events does, all in terms of the text as its author saw it.
///
///   insert           event k inserts character k of `text` at pos + k
///   erase, forward   every event erases the character at pos (the Delete key)
///   erase, backward  event k erases the character at pos + len - 1 - k (the Backspace key)
struct Op {
  Lv lv = 0;
  std::uint32_t pos = 0;
  std::uint32_t len = 0;
  bool erases = false;
  bool backward = false;
  bool starts_patch = true;   ///< false for an insert that belongs to the erase right before it
  std::uint32_t content = 0;  ///< where the text of an insert begins, in bytes of all content
  std::uint32_t bytes = 0;    ///< of the text
};

/// Whether an edit is within a text of `length` characters, which then is as long as it leaves it.
[[nodiscard]] inline bool fits_in(std::uint64_t& length, bool erases, std::uint32_t pos, std::uint32_t len) {
  if (pos > length || (erases && len > length - pos)) return false;
  length = erases ? length - len : length + len;
  return true;
}

/// All that was ever typed, as runs in 16 bytes each, and the inserted text behind one another.
///
/// A run goes on over many changes (typing makes one of each key), but within a change every patch begins a new run, so that
/// patches can be told apart again.
class Ops {
 public:
  /// The next `len` events. `joins`: may become part of the run before, if it continues it.
  void insert(std::uint32_t pos, std::uint32_t len, std::string_view text, bool starts_patch, bool joins) {
    const bool continues =
        joins && !runs_.empty() && (runs_.back().flags & kErases) == 0 && runs_.back().pos + (size_ - runs_.back().lv) == pos;
    if (!continues) {
      runs_.push_back({size_, pos, static_cast<std::uint32_t>(content_.size()), starts_patch ? 0 : kContinuesPatch});
    }
    if (text.size() == 1) {
      content_.push_back(text[0]);
    } else {
      content_.append(text);
    }
    size_ += len;
  }
  void erase(std::uint32_t pos, std::uint32_t len, bool joins);
  /// The first event will be `lv`.
  void begin_at(Lv lv) { size_ = lv; }
  /// Room for so many more runs and so much more content.
  void expect(std::size_t runs, std::size_t content) {
    runs_.reserve(runs_.size() + runs);
    content_.reserve(content_.size() + content);
  }
  /// The next events as another log has them.
  void append(const Op& op, std::string_view text);
  // For the decoder: first the content, then runs as they were; `op.content` says where the text begins.
  void adopt(std::string content);
  void adopt(const Op& op) {
    const std::uint32_t flags =
        (op.erases ? kErases : 0) | (op.backward ? kBackward : 0) | (op.starts_patch ? 0 : kContinuesPatch);
    runs_.push_back({size_, op.pos, op.content, flags});
    size_ += op.len;
  }
  /// What comes from here on may be taken back.
  void begin_batch() { batch_ = {size_, runs_.size(), content_.size(), runs_.empty() ? Run{} : runs_.back()}; }
  void take_back();

  [[nodiscard]] Lv size() const { return size_; }
  [[nodiscard]] std::size_t run_count() const { return runs_.size(); }
  [[nodiscard]] std::size_t run_of(Lv lv) const;
  /// A whole run.
  [[nodiscard]] Op run(std::size_t index) const {
    const Run& run = runs_[index];
    const bool last = index + 1 == runs_.size();
    const Lv end = last ? size_ : runs_[index + 1].lv;
    const std::uint32_t content_end = last ? static_cast<std::uint32_t>(content_.size()) : runs_[index + 1].content;
    const bool erases = (run.flags & kErases) != 0;
    return {run.lv,
            run.pos,
            end - run.lv,
            erases,
            (run.flags & kBackward) != 0,
            (run.flags & kContinuesPatch) == 0,
            run.content,
            erases ? 0 : content_end - run.content};
  }
  /// The part of a run that lies in [begin, end).
  [[nodiscard]] Op part(std::size_t index, Lv begin, Lv end) const {
    const Op whole = run(index);
    return begin == whole.lv && end - begin == whole.len ? whole : part_of(whole, begin, end);
  }
  [[nodiscard]] std::string_view text_of(const Op& op) const { return std::string_view(content_).substr(op.content, op.bytes); }
  [[nodiscard]] const std::string& content() const { return content_; }
  /// How many bytes of the content belong to events before `lv`.
  [[nodiscard]] std::uint32_t content_before(Lv lv) const;
  [[nodiscard]] Lv run_end(std::size_t index) const { return index + 1 < runs_.size() ? runs_[index + 1].lv : size_; }

  /// Calls `visit(const Op&)` for the parts that make up [begin, end), in order.
  template <class Visit>
  void each(Lv begin, Lv end, Visit visit) const {
    if (begin >= end) return;
    for (std::size_t i = run_of(begin); begin < end; ++i) {
      Op op = run(i);
      const Lv stop = op.lv + op.len < end ? op.lv + op.len : end;
      if (stop - begin < op.len) op = part_of(op, begin, stop);
      visit(op);
      begin = stop;
    }
  }

  /// The same for who only wants to know what kind they are: calls `visit(LvRange, bool erases)`.
  template <class Visit>
  void each_kind(LvRange range, Visit visit) const {
    if (range.begin >= range.end) return;
    for (std::size_t i = run_of(range.begin); range.begin < range.end; ++i) {
      const Lv stop = run_end(i) < range.end ? run_end(i) : range.end;
      visit(LvRange{range.begin, stop}, (runs_[i].flags & kErases) != 0);
      range.begin = stop;
    }
  }

 private:
  struct Run {
    Lv lv;
    std::uint32_t pos;
    std::uint32_t content;
    std::uint32_t flags;
  };
  static constexpr std::uint32_t kErases = 1;
  static constexpr std::uint32_t kBackward = 2;
  static constexpr std::uint32_t kContinuesPatch = 4;

  /// What there was when a batch began, which may have gone on with the last run.
  struct Batch {
    Lv size = 0;
    std::size_t runs = 0;
    std::size_t content = 0;
    Run last{};
  };

  [[nodiscard]] Op part_of(Op op, Lv begin, Lv end) const;

  std::vector<Run> runs_;
  std::string content_;
  Lv size_ = 0;
  Batch batch_;
  mutable std::size_t near_ = 0;  ///< the run last asked for
};

}  // namespace tutti::merge

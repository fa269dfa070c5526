#include "sync/merge/log/change_maker.hpp"

#include <algorithm>
#include <utility>

#include "protocol/base/utf.hpp"

namespace tutti::merge {

using text::Chars;

namespace {

class ChangeMaker {
 public:
  ChangeMaker(EventName first, Version parents, const Limits& limits) : next_(first), limits_(limits) {
    changes_.push_back({first.replica, first.seq, std::move(parents), {}});
  }

  void add(std::uint64_t at, std::uint64_t erase, std::string_view insert) {
    do {
      if (changes_.back().patches.size() >= limits_.patches || (!insert.empty() && bytes_ >= limits_.insert_bytes)) cut();
      std::size_t room = utf8::boundary_before(insert, limits_.insert_bytes - bytes_);
      if (room == 0 && !insert.empty()) {  // the next character alone is too long for what is left
        if (bytes_ > 0) cut();
        room = std::max(utf8::boundary_before(insert, limits_.insert_bytes), utf8::width(insert[0]));
      }
      const std::string_view piece = insert.substr(0, room);
      const std::uint64_t chars = utf8::count_chars(piece);
      changes_.back().patches.push_back({Chars(at), Chars(erase), std::string(piece)});
      next_.seq += erase + chars;
      bytes_ += piece.size();
      at += chars;
      erase = 0;
      insert.remove_prefix(room);
    } while (!insert.empty());
  }

  std::vector<Change> take() { return std::move(changes_); }

 private:
  void cut() {
    changes_.push_back({next_.replica, next_.seq, {{next_.replica, next_.seq - 1}}, {}});
    bytes_ = 0;
  }

  std::vector<Change> changes_;
  EventName next_;
  std::size_t bytes_ = 0;
  const Limits& limits_;
};

/// A place of the text, and an insert there, whose erase may follow.
class Patcher {
 public:
  explicit Patcher(ChangeMaker& maker) : maker_(maker) {}

  void operator()(const text::Retain& kept) {
    flush(0);
    at_ += kept.count.value;
  }
  void operator()(const text::Erase& gone) { flush(gone.count.value); }
  void operator()(const text::Insert& come) {
    pending_ = come.text;
    chars_ = come.count.value;
  }
  void flush(std::uint64_t erase) {
    if (erase > 0 || !pending_.empty()) maker_.add(at_.value, erase, pending_);
    at_ += chars_;
    pending_ = {};
    chars_ = 0;
  }

 private:
  ChangeMaker& maker_;
  Chars at_;
  std::string_view pending_;
  std::uint64_t chars_ = 0;
};

}  // namespace

std::vector<Change> make_changes(EventName first, Version parents, const text::Delta& delta, const Limits& limits) {
  ChangeMaker maker(first, std::move(parents), limits);
  Patcher patcher(maker);
  for (const text::Step& step : delta.steps()) std::visit(patcher, step);
  patcher.flush(0);
  return maker.take();
}

}  // namespace tutti::merge

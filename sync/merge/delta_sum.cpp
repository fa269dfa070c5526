#include "sync/merge/delta_sum.hpp"

namespace tutti::merge {

using text::Chars;
using text::Delta;

void DeltaSum::go_to(std::uint64_t pos) {
  if (!empty_ && pos < reached_) close();
  open_.retain(Chars(pos - reached_));
  reached_ = pos;
  empty_ = false;
}

void DeltaSum::insert(std::uint64_t pos, std::string_view utf8, std::uint64_t chars) {
  go_to(pos);
  open_.insert(utf8, Chars(chars));
  reached_ += chars;
}

void DeltaSum::erase(std::uint64_t pos, std::uint64_t chars) {
  go_to(pos);
  open_.erase(Chars(chars));
}

void DeltaSum::close() {
  closed_.emplace_back(std::exchange(open_, {}), 1);
  reached_ = 0;
  empty_ = true;
  while (closed_.size() > 1 && closed_.back().second >= (closed_.end() - 2)->second) {
    auto last = std::move(closed_.back());
    closed_.pop_back();
    closed_.back().first = text::compose(closed_.back().first, last.first);
    closed_.back().second += last.second;
  }
}

Delta DeltaSum::take() {
  if (closed_.empty()) return std::move(open_);
  close();
  while (closed_.size() > 1) {
    const Delta last = std::move(closed_.back().first);
    closed_.pop_back();
    closed_.back().first = text::compose(closed_.back().first, last);
  }
  return std::move(closed_.front().first);
}

}  // namespace tutti::merge

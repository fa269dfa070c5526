#include "sync/merge/walk/delta_sum.hpp"

#include <algorithm>
#include <limits>
#include <span>

#include "protocol/base/utf.hpp"

namespace tutti::merge {

using text::Chars;

/// Walks steps in parts of any size. Beyond the last one everything is retained.
class DeltaSum::Reader {
 public:
  Reader(std::span<const Step> steps, std::string_view content) : steps_(steps), content_(content) { next(); }

  [[nodiscard]] bool done() const { return now_.chars == kEndless; }
  [[nodiscard]] const Step& now() const { return now_; }
  /// The first `chars` characters of what is left of the present step.
  Step take(std::uint32_t chars) {
    Step part = now_;
    part.chars = chars;
    if (chars == now_.chars) {
      next();
      return part;
    }
    if (now_.kind == Kind::insert) {
      const bool ascii = now_.bytes == now_.chars;
      const std::string_view words = content_.substr(now_.begin, now_.bytes);
      part.bytes = ascii ? chars : static_cast<std::uint32_t>(utf8::skip_chars(words, chars));
      now_.begin += part.bytes;
      now_.bytes -= part.bytes;
    }
    if (!done()) now_.chars -= chars;
    return part;
  }

 private:
  static constexpr std::uint32_t kEndless = std::numeric_limits<std::uint32_t>::max();

  void next() {
    now_ = at_ < steps_.size() ? steps_[at_] : Step{Kind::retain, kEndless, 0, 0};
    ++at_;
  }

  std::span<const Step> steps_;
  std::string_view content_;
  std::size_t at_ = 0;
  Step now_;
};

void DeltaSum::add(std::vector<Step>& steps, const Step& step) {
  if (!steps.empty() && steps.back().kind == step.kind && step.kind != Kind::insert) {
    steps.back().chars += step.chars;
  } else {
    steps.push_back(step);
  }
}

void DeltaSum::go_to(std::uint32_t pos) {
  if (pos < reached_) open();
  if (pos > reached_) steps_.push_back({Kind::retain, pos - reached_, 0, 0});
  reached_ = pos;
}

void DeltaSum::insert(std::uint32_t pos, std::uint32_t begin, std::uint32_t bytes, std::uint32_t chars) {
  go_to(pos);
  steps_.push_back({Kind::insert, chars, begin, bytes});
  reached_ += chars;
}

void DeltaSum::erase(std::uint32_t pos, std::uint32_t chars) {
  go_to(pos);
  steps_.push_back({Kind::erase, chars, 0, 0});
}

void DeltaSum::open() {
  while (pieces_.size() > 1 && pieces_.back().weight >= (pieces_.end() - 2)->weight) join();
  pieces_.push_back({steps_.size(), 1});
  reached_ = 0;
}

void DeltaSum::join() {
  const Piece last = pieces_.back();
  pieces_.pop_back();
  Piece& piece = pieces_.back();
  piece.weight += last.weight;
  joined_.clear();
  const std::span<const Step> steps = steps_;
  Reader first(steps.subspan(piece.first, last.first - piece.first), content_);
  Reader then(steps.subspan(last.first), content_);
  while (!first.done() || !then.done()) {
    if (first.now().kind == Kind::erase) {
      add(joined_, first.take(first.now().chars));
    } else if (then.now().kind == Kind::insert) {
      add(joined_, then.take(then.now().chars));
    } else {
      const std::uint32_t chars = std::min(first.now().chars, then.now().chars);
      const Step before = first.take(chars);
      const Step after = then.take(chars);
      if (after.kind == Kind::retain) {
        add(joined_, before);
      } else if (before.kind == Kind::retain) {
        add(joined_, after);
      }
    }
  }
  steps_.resize(piece.first);
  steps_.insert(steps_.end(), joined_.begin(), joined_.end());
}

text::Delta DeltaSum::take() {
  while (pieces_.size() > 1) join();
  text::Delta sum;
  for (const Step& step : steps_) {
    if (step.kind == Kind::retain) sum.retain(Chars(step.chars));
    if (step.kind == Kind::erase) sum.erase(Chars(step.chars));
    if (step.kind == Kind::insert) sum.insert(content_.substr(step.begin, step.bytes), Chars(step.chars));
  }
  return sum;
}

}  // namespace tutti::merge

#include "sync/text/delta.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"

namespace tutti::text {

namespace {

constexpr std::uint64_t kEndless = ~std::uint64_t{0};  // beyond its last step a delta retains for ever

/// Walks a delta's steps in pieces of any size.
class Reader {
 public:
  explicit Reader(const Delta& delta) : at_(delta.steps().begin()), end_(delta.steps().end()) {}

  [[nodiscard]] bool done() const { return at_ == end_; }
  [[nodiscard]] bool on_insert() const { return !done() && std::holds_alternative<Insert>(*at_); }
  [[nodiscard]] bool on_erase() const { return !done() && std::holds_alternative<Erase>(*at_); }
  /// Characters left of the present step.
  [[nodiscard]] std::uint64_t left() const {
    if (done()) return kEndless;
    return std::visit([](const auto& step) { return step.count.value; }, *at_) - used_;
  }
  void skip(std::uint64_t count) {
    if (done()) return;
    used_ += count;
    if (left() > 0) return;
    ++at_;
    used_ = 0;
    byte_ = 0;
  }
  /// Steps over the next `count` characters of the present insert, and returns them.
  std::string_view take(std::uint64_t count) {
    const auto& step = std::get<Insert>(*at_);
    const std::string_view rest = std::string_view(step.text).substr(byte_);
    const bool ascii = step.text.size() == step.count.value;
    const std::string_view piece = rest.substr(0, ascii ? count : utf8::skip_chars(rest, count));
    byte_ += piece.size();
    skip(count);
    return piece;
  }

 private:
  std::vector<Step>::const_iterator at_;
  std::vector<Step>::const_iterator end_;
  std::uint64_t used_ = 0;
  std::size_t byte_ = 0;
};

}  // namespace

Delta& Delta::retain(Chars count) {
  tail_ += count.value;
  return *this;
}

void Delta::settle_tail() {
  if (tail_.value == 0) return;
  if (!steps_.empty() && std::holds_alternative<Retain>(steps_.back())) {
    std::get<Retain>(steps_.back()).count += tail_.value;
  } else {
    steps_.emplace_back(Retain{tail_});
  }
  tail_ = Chars(0);
}

Delta& Delta::erase(Chars count) {
  if (count.value == 0) return *this;
  settle_tail();
  if (!steps_.empty() && std::holds_alternative<Erase>(steps_.back())) {
    std::get<Erase>(steps_.back()).count += count.value;
  } else {
    steps_.emplace_back(Erase{count});
  }
  return *this;
}

Delta& Delta::insert(std::string_view utf8) {
  return insert(utf8, Chars(utf8::count_chars(utf8)));
}

Delta& Delta::insert(std::string_view utf8, Chars count) {
  if (utf8.empty()) return *this;
  settle_tail();
  auto place = steps_.end();
  if (place != steps_.begin() && std::holds_alternative<Erase>(*(place - 1))) --place;
  if (place != steps_.begin() && std::holds_alternative<Insert>(*(place - 1))) {
    auto& before = std::get<Insert>(*(place - 1));
    before.text.append(utf8);
    before.count += count.value;
  } else {
    steps_.emplace(place, Insert{std::string(utf8), count});
  }
  return *this;
}

Chars Delta::reach() const {
  Chars total;
  for (const Step& step : steps_) {
    if (const auto* kept = std::get_if<Retain>(&step)) total += kept->count.value;
    if (const auto* gone = std::get_if<Erase>(&step)) total += gone->count.value;
  }
  return total;
}

Bytes Delta::inserted() const {
  Bytes total;
  for (const Step& step : steps_) {
    if (const auto* added = std::get_if<Insert>(&step)) total += added->text.size();
  }
  return total;
}

void apply(Rope& rope, const Delta& delta) {
  Chars at;
  for (const Step& step : delta.steps()) {
    if (const auto* kept = std::get_if<Retain>(&step)) at += kept->count.value;
    if (const auto* gone = std::get_if<Erase>(&step)) rope.erase(at, at + gone->count.value);
    if (const auto* added = std::get_if<Insert>(&step)) {
      rope.insert(at, added->text);
      at += added->count.value;
    }
  }
}

Delta compose(const Delta& a, const Delta& b) {
  Delta both;
  Reader first(a);
  Reader then(b);
  while (!first.done() || !then.done()) {
    if (first.on_erase()) {
      both.erase(Chars(first.left()));
      first.skip(first.left());
      continue;
    }
    const std::uint64_t count = std::min(first.left(), then.left());
    if (then.on_insert()) {
      const std::uint64_t all = then.left();
      both.insert(then.take(all), Chars(all));
      continue;
    }
    if (then.on_erase()) {
      if (first.on_insert()) {
        first.take(count);
      } else {
        both.erase(Chars(count));
        first.skip(count);
      }
    } else if (first.on_insert()) {
      both.insert(first.take(count), Chars(count));
    } else {
      both.retain(Chars(count));
      first.skip(count);
    }
    then.skip(count);
  }
  return both;
}

Delta transform(const Delta& mine, const Delta& theirs, Left left) {
  Delta result;
  Reader own(mine);
  Reader other(theirs);
  while (!own.done()) {
    if (own.on_insert() && (left == Left::mine || !other.on_insert())) {
      const std::uint64_t all = own.left();
      result.insert(own.take(all), Chars(all));
      continue;
    }
    if (other.on_insert()) {
      result.retain(Chars(other.left()));
      other.skip(other.left());
      continue;
    }
    const std::uint64_t count = std::min(own.left(), other.left());
    if (!other.on_erase()) {
      if (own.on_erase()) {
        result.erase(Chars(count));
      } else {
        result.retain(Chars(count));
      }
    }
    own.skip(count);
    other.skip(count);
  }
  return result;
}

Delta invert(const Delta& delta, const Snapshot& before) {
  Delta back;
  Chars at;
  for (const Step& step : delta.steps()) {
    if (const auto* kept = std::get_if<Retain>(&step)) {
      back.retain(kept->count);
      at += kept->count.value;
    } else if (const auto* gone = std::get_if<Erase>(&step)) {
      back.insert(before.str(at, at + gone->count.value), gone->count);
      at += gone->count.value;
    } else {
      back.erase(std::get<Insert>(step).count);
    }
  }
  return back;
}

Chars carry(Chars at, const Delta& delta, Left left) {
  std::uint64_t old = 0;  // characters of the old text walked so far
  std::uint64_t now = 0;  // and where that is in the new one
  for (const Step& step : delta.steps()) {
    if (old > at.value || (old == at.value && left == Left::mine)) break;
    if (const auto* kept = std::get_if<Retain>(&step)) {
      const std::uint64_t count = std::min(kept->count.value, at.value - old);
      old += kept->count.value;
      now += count;
      if (old > at.value) return Chars(now);
    } else if (const auto* gone = std::get_if<Erase>(&step)) {
      old += gone->count.value;
      if (old > at.value) return Chars(now);
    } else {
      now += std::get<Insert>(step).count.value;
    }
  }
  return Chars(now + (at.value - std::min(old, at.value)));
}

}  // namespace tutti::text

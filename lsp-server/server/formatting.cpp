#include "lsp-server/server/formatting.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace tutti::lsp {

namespace {

bool is_word(char c) {
  const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return letter || (c >= '0' && c <= '9') || c == '_' || (static_cast<unsigned char>(c) & 0x80U) != 0;
}

bool has_words(std::string_view text) {
  return std::any_of(text.begin(), text.end(), is_word);
}

}  // namespace

bool is_formatting(const text::Delta& edit, const std::optional<text::Snapshot>& before) {
  std::size_t hunks = 0;
  text::Chars at;
  bool apart = true;  // from the change before
  for (const text::Step& step : edit.steps()) {
    if (const auto* retain = std::get_if<text::Retain>(&step)) {
      at += retain->count.value;
      apart = true;
      continue;
    }
    if (std::exchange(apart, false)) ++hunks;
    if (const auto* insert = std::get_if<text::Insert>(&step); insert != nullptr && has_words(insert->text)) return false;
    if (const auto* erase = std::get_if<text::Erase>(&step)) {
      if (before && has_words(before->str(at, at + erase->count.value))) return false;
      at += erase->count.value;
    }
  }
  return hunks >= least_hunks;
}

std::optional<ParticipantId> FormatterTurn::holder(Instant now) const {
  return now < others_at_ + formatter_ms ? holder_ : std::nullopt;
}

void FormatterTurn::own(bool formats, Instant now) {
  own_at_ = formats ? std::optional(now) : std::nullopt;
  take_back_ = false;
}

void FormatterTurn::others(ParticipantId author, ParticipantId self, Instant now) {
  const bool at_once = own_at_ && now < *own_at_ + formatter_ms;
  if (at_once && self < author) return;  // theirs is going to be taken back
  take_back_ = take_back_ || at_once;
  own_at_.reset();
  holder_ = author;
  others_at_ = now;
}

bool FormatterTurn::take_back_due() {
  return std::exchange(take_back_, false);
}

}  // namespace tutti::lsp

#include "tests/plain/client.hpp"

#include <algorithm>
#include <utility>

namespace tutti::plain {

using test::to_utf32;
using test::to_utf8;
using text::Chars;

namespace {

constexpr std::size_t most_undone = 20;

std::vector<Temper> make_tempers() {
  using Check = Temper::Check;
  Temper neovim{.label = "neovim 0.7", .name = "Neovim", .version = "0.7.2"};
  neovim.counts_from_zero = neovim.skips_versions = neovim.lies = neovim.tells_empty = neovim.implicit_newline = true;
  neovim.check = Check::newer_and_not_zero;
  neovim.limit_ms = 150;
  neovim.one_version_for_two = true;
  Temper newer = neovim;
  newer.label = "neovim 0.10";
  newer.version = "0.10.4";
  newer.one_version_for_two = false;
  Temper helix{.label = "helix", .name = "helix", .version = "25.01.1", .encoding = text::Encoding::utf8};
  helix.counts_from_zero = helix.echoes_first = true;
  helix.disorder_percent = 5;
  Temper eglot{.label = "eglot", .name = nullptr, .skips_versions = true};
  eglot.counts_from_zero = true;
  Temper idle = eglot;
  idle.label = "eglot, idle";
  idle.idle_ms = 500;
  Temper pulls = idle;
  pulls.label = "eglot, pulls";
  pulls.pulls = true;
  Temper vscode{.label = "vscode", .name = "Visual Studio Code", .version = "1.100.3"};
  vscode.race_percent = 3;
  vscode.minimises = true;
  Temper liar{.label = "unknown liar", .name = "somebody", .version = "1"};
  liar.check = Check::exact;
  liar.lies = true;
  liar.race_percent = 3;
  Temper whole{.label = "unknown, whole texts", .name = "another", .version = "1"};
  whole.whole_texts = true;
  return {neovim, newer, helix, eglot, idle, pulls, vscode, liar, whole};
}

/// What of an edit changes nothing, at both ends.
void minimise(const text::Rope& text, Chars& from, Chars& to, std::u32string& now) {
  std::u32string old = to_utf32(text.str(from, to));
  while (!old.empty() && !now.empty() && old.back() == now.back()) old.pop_back(), now.pop_back(), to = to - 1;
  while (!old.empty() && !now.empty() && old.front() == now.front()) old.erase(0, 1), now.erase(0, 1), from += 1;
}

}  // namespace

const std::vector<Temper>& tempers() {
  static const std::vector<Temper> all = make_tempers();
  return all;
}

Client::Client(const Temper& temper, Clock& clock, Random& random, Ledger& ledger, Wire wire)
    : temper_(temper),
      clock_(clock),
      random_(random),
      ledger_(ledger),
      wire_(std::move(wire)),
      pipe_(clock),
      may_be_stale_(temper.pulls || temper.race_percent > 0) {}

void Client::open(const std::string& text) {
  buffer_ = text::Rope(text);
  holds_newline_ = temper_.implicit_newline && text.ends_with('\n');
  version_ = Version(temper_.counts_from_zero ? 0 : static_cast<std::int64_t>(random_.below(20)));
  // Neovim says nothing before the first pause after opening.
  if (temper_.limit_ms > 0) flushed_ = clock_.now();
  pipe_.send(1, [this, text, version = version_] { wire_.tell(Opened{text, version}); });
}

// ---- the server's edits

namespace {

bool does_something(const Push& push) {
  return std::any_of(push.edits.begin(), push.edits.end(),
                     [](const link::Replacement& e) { return !(e.from == e.to) || !e.text.empty(); });
}

}  // namespace

bool Client::accepts(const Push& push) const {
  switch (temper_.check) {
    case Temper::Check::exact:
      return push.version == version_;
    case Temper::Check::newer_and_not_zero:
      return push.version.value == 0 || version_ <= push.version;
    case Temper::Check::none:
      return true;
  }
  return true;
}

void Client::receive(const Push& push) {
  if (!accepts(push)) return answer(push, temper_.lies);
  may_be_stale_ = may_be_stale_ || (push.version < version_ && does_something(push));
  if (random_.chance(temper_.race_percent)) {
    applying_ = true;
    key();
    clock_.in(static_cast<std::int64_t>(random_.below(20)), [this, push] {
      applying_ = false;
      answer(push, true);
      apply(push.edits);
    });
    return;
  }
  if (temper_.echoes_first) {
    apply(push.edits);
    answer(push, true);
  } else {
    answer(push, true);
    apply(push.edits);
  }
}

void Client::answer(const Push& push, bool applied) {
  pipe_.send(lag(), [this, number = push.number, applied] { wire_.tell(Answered{number, applied}); });
}

void Client::apply(const std::vector<link::Replacement>& edits) {
  struct Span {
    Chars from, to;
    std::u32string text;
  };
  std::vector<Span> spans;
  for (const link::Replacement& e : edits) {
    spans.push_back({std::min(buffer_.to_chars(e.from, temper_.encoding), reach()),
                     std::min(buffer_.to_chars(e.to, temper_.encoding), reach()), to_utf32(e.text)});
  }
  std::stable_sort(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.from < b.from; });
  const bool shared_version = !temper_.skips_versions || (temper_.one_version_for_two && random_.chance(50));
  for (auto span = spans.rbegin(); span != spans.rend(); ++span) {
    if (temper_.minimises) minimise(buffer_, span->from, span->to, span->text);
    change(span->from, std::max(span->from, span->to), to_utf8(span->text), span == spans.rbegin() || !shared_version);
  }
  changed();
}

void Client::pull() {
  if (!temper_.pulls || applying_) return;
  flush();
  applying_ = true;
  pipe_.send(1, [this] {
    const auto edits = wire_.pull();
    clock_.in(static_cast<std::int64_t>(random_.below(30)), [this, edits] {
      applying_ = false;
      if (!edits.empty() && random_.chance(90)) apply(edits);  // else the person broke it off
    });
  });
}

// ---- the person

Chars Client::reach() const {
  const Chars size = buffer_.size();
  return holds_newline_ && size.value > 0 ? size - 1 : size;
}

Chars Client::place() {
  const std::u32string text = to_utf32(buffer_.str());
  return Chars(test::between_words(text, random_.below(reach().value + 1)));
}

std::u32string Client::word(std::size_t most) {
  // Whole texts are told apart by comparing, and who lies without a signature types no key that others typed there as well
  // (docs/PLAIN.md): their words differ.
  const bool must_differ = temper_.whole_texts || (temper_.lies && !temper_.tells_empty);
  if (must_differ || !random_.chance(20)) return ledger_.mint.word(random_, most);
  const char32_t letter = U'a' + static_cast<char32_t>(random_.below(2));
  ++ledger_.common[letter];
  return std::u32string(1, letter);
}

void Client::act() {
  const auto dice = random_.below(100);
  if (!keys_.empty()) return;
  if (dice < 60) return type_word();
  if (dice < 80) return erase();
  if (dice < 88) return join_lines();
  if (dice < 90 && temper_.undoes) return undo();
  paste();
}

void Client::type_word() {
  keys_ = word(3);
  caret_ = place();
  key();
}

void Client::key() {
  if (keys_.empty()) return;
  const Chars at = std::min(caret_, reach());
  const std::string letter = to_utf8(std::u32string(1, keys_.front()));
  keys_.erase(0, 1);
  change(at, at, letter, true);
  caret_ = at + 1;
  changed();
  if (!keys_.empty()) clock_.in(static_cast<std::int64_t>(10 + random_.below(70)), [this] { key(); });
}

/// Common letters stay: two people can erase one at once, and nobody could tell how many are to be left.
void Client::erase() {
  const std::u32string text = to_utf32(buffer_.str());
  const Chars from = place();
  Chars to(test::between_words(text, std::min(reach().value, from.value + random_.below(8))));
  for (Chars at = from; at < to; at += 1) {
    if (text[at.value] == U'a' || text[at.value] == U'b') to = at;
  }
  if (to <= from) return;
  for (Chars at = from; at < to; at += 1) {
    ledger_.erased.insert(text[at.value]);
    if (!may_be_stale_) ledger_.gone.insert(text[at.value]);
  }
  change(from, to, "", true);
  changed();
}

/// Neovim tells it as an insert at the end of the one line and a deletion of the other.
void Client::join_lines() {
  const std::u32string text = to_utf32(buffer_.str());
  const std::size_t feed = text.find(U'\n', place().value);
  if (feed == std::u32string::npos || feed >= reach().value) return;
  const std::size_t end = std::min(text.find(U'\n', feed + 1), static_cast<std::size_t>(reach().value));
  const std::u32string line = text.substr(feed + 1, end - feed - 1);
  if (temper_.tells_empty) {
    change(Chars(feed), Chars(feed), to_utf8(line), true);
    change(Chars(feed + line.size()), Chars(feed + 2 * line.size() + 1), "", !temper_.one_version_for_two);
  } else {
    change(Chars(feed), Chars(feed + 1), "", true);
  }
  changed();
}

/// The newest step goes, be it the person's or a push: the editor does not know the difference.
void Client::undo() {
  while (!done_.empty() && done_.back().empty()) done_.pop_back();
  if (done_.empty()) return;
  const std::vector<Done> step = std::move(done_.back());
  done_.pop_back();
  done_.emplace_back();
  for (auto each = step.rbegin(); each != step.rend(); ++each) {
    for (const std::u32string* text : {&each->before, &each->after}) ledger_.undone.insert(text->begin(), text->end());
    change(each->from, each->from + each->after.size(), to_utf8(each->before), true);
  }
  changed();
}

void Client::paste() {
  const Chars at = place();
  change(at, at, to_utf8(word(12)), true);
  changed();
}

void Client::save() {
  if (temper_.idle_ms > 0) flush();
  pipe_.send(1, [this, text = buffer_.str()] { wire_.tell(Saved{text}); });
}

// ---- telling

void Client::change(Chars from, Chars to, const std::string& text, bool new_version) {
  if (from == to && text.empty() && !temper_.tells_empty) return;
  const Range range{buffer_.to_place(from, temper_.encoding), buffer_.to_place(to, temper_.encoding)};
  if (done_.empty()) done_.emplace_back();
  done_.back().push_back({from, to_utf32(buffer_.str(from, to)), to_utf32(text)});
  buffer_.erase(from, to);
  buffer_.insert(from, text);
  if (caret_ > from) caret_ = Chars(std::max(caret_.value, to.value) - (to - from)) + test::to_utf32(text).size();
  if (new_version) version_ += temper_.skips_versions ? static_cast<std::int64_t>(1 + random_.below(3)) : 1;
  pending_.push_back({{range, text}, version_});
}

void Client::changed() {
  changed_at_ = clock_.now();
  done_.emplace_back();
  if (done_.size() > most_undone) done_.erase(done_.begin());
  if (pending_.empty()) return;
  if (temper_.limit_ms == 0 && temper_.idle_ms == 0) return flush();
  Instant due = clock_.now() + temper_.idle_ms;
  if (temper_.limit_ms > 0) {
    if (!flushed_ || clock_.now() >= *flushed_ + temper_.limit_ms) {
      // The first of several goes at once, alone.
      const std::vector<Pending> rest(pending_.begin() + 1, pending_.end());
      pending_.resize(1);
      flush();
      pending_ = rest;
      if (pending_.empty()) return;
    }
    due = *flushed_ + temper_.limit_ms + static_cast<std::int64_t>(random_.chance(1) ? random_.below(4'000) : 0);
  }
  clock_.at(due, [this] {
    if (temper_.idle_ms > 0 && clock_.now() < changed_at_ + temper_.idle_ms) return;
    flush();
  });
}

void Client::flush() {
  if (pending_.empty()) return;
  flushed_ = clock_.now();
  Changed message{pending_.back().version, {}};
  for (Pending& each : std::exchange(pending_, {})) message.changes.push_back(std::move(each.change));
  if (temper_.whole_texts) message.changes = {{std::nullopt, buffer_.str()}};
  send(std::move(message));
}

void Client::send(Changed message) {
  const auto tell = [this, message = std::move(message)] { wire_.tell(message); };
  if (random_.chance(temper_.disorder_percent)) return pipe_.send_loose(static_cast<std::int64_t>(random_.below(30)), tell);
  pipe_.send(lag(), tell);
}

/// Of a message, in ms. Now and then the machine has something else to do; what comes behind it waits as well.
std::int64_t Client::lag() {
  return static_cast<std::int64_t>(random_.chance(1) ? random_.below(4'000) : random_.below(4));
}

}  // namespace tutti::plain

#include "tests/lsp/link_table.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sync/text/delta.hpp"

namespace tutti::link {

namespace {

/// An editor with an implicit final newline cannot tell an empty file from one empty line.
bool same(const std::string& a, const std::string& b) {
  return a == b || (a + b == "\n");
}

/// Two words without a full stop between them: what a comparison takes for one, and for a new one when they part again.
bool has_joined_words(const std::u32string& text) {
  return std::adjacent_find(text.begin(), text.end(), [](char32_t a, char32_t b) { return a >= 0x80 && b >= 0x80; }) !=
         text.end();
}

std::string named(char32_t c) {
  return to_utf8(std::u32string(1, c));
}

}  // namespace

Table::Table(std::uint64_t seed, const std::vector<Temper>& tempers) : random_(seed), accidents_(seed % 2 == 0) {
  const std::u32string start = random_.chance(20) ? U"" : mint_.word(random_, 12) + (random_.chance(70) ? U"\n" : U"");
  replica_ = text::Rope(to_utf8(start));
  for (const Temper& temper : tempers) {
    Seat& seat = *seats_.emplace_back(std::make_unique<Seat>(temper, mint_, erased_));
    seat.viewer = random_.chance(5);
    seat.disk = replica_.snapshot();
    seat.editor.may_reload = !accidents_;
    seat.editor.open(start);
  }
}

void Table::run(int steps) {
  for (int i = 0; i < steps; ++i) step();
  settle();
}

// ---- what must hold

std::string Table::fault() const {
  for (const auto& seat : seats_) {
    if (!seat->link.is_quiet()) return "a link is not at rest";
    if (!same(to_utf8(seat->editor.document()), replica_.str())) return "a buffer is not the replica";
    if (!same(seat->link.text().str(), replica_.str())) return "a shadow is not the replica";
  }
  return ledger_fault();
}

/// Every word that nobody erased is there, whatever happened, and once.
///
/// Twice is allowed only where a link was blind: the document came late and was closed before its replica was there, or the
/// last message before a closing was lost. Then nobody knows what the buffer grew from; the known text that looks most like it
/// is taken for it. If that is the disk, since most of what was unsaved was deleted unseen, then the rest of the unsaved
/// words stands on both sides of the comparison, and counts as written by both. (Nor can a deletion be told there from a
/// word that never came; but a word that comes back is no loss.) And where two texts that have grown apart are compared while
/// a merge had left two words in one: whoever parts them writes both anew, and two people do it twice.
std::string Table::ledger_fault() const {
  std::map<char32_t, int> count;
  for (const char32_t c : to_utf32(replica_.str())) ++count[c];
  if (count[U'\r'] > 0) return "a carriage return in the replica";
  std::set<char32_t> by_viewers;
  for (const auto& seat : seats_) {
    if (seat->viewer) by_viewers.insert(seat->editor.typed.begin(), seat->editor.typed.end());
  }
  for (const char32_t c : mint_.all()) {
    if (by_viewers.contains(c)) {
      if (count[c] > 0) return "a viewer's word in the replica: " + named(c);
      continue;
    }
    if (count[c] > 1 && !blind_) return "doubled: " + named(c);
    if (count[c] < 1 && !erased_.contains(c)) return "lost: " + named(c);
  }
  return "";
}

// ---- what happens

void Table::step() {
  now_ += static_cast<std::int64_t>(random_.below(10));
  Seat& seat = *seats_[random_.below(seats_.size())];
  const auto dice = random_.below(1000);
  if (dice < 300) {
    seat.editor.act(random_);
  } else if (dice < 350) {
    write_directly();
  } else if (accidents_ && dice < 355) {
    seat.parted ? join(seat) : part(seat);
  } else if (accidents_ && dice < 358 && !seat.editor.outbox.empty()) {
    lose_message(seat);
  } else {
    move(seat);
  }
}

/// Lets one message or one turn happen.
bool Table::move(Seat& seat) {
  bool moved = false;
  if (random_.chance(50) && !seat.editor.outbox.empty()) {
    moved = true;
    for (auto burst = 1 + random_.below(4); burst > 0 && !seat.editor.outbox.empty(); --burst) to_server(seat);
    give(seat, Pump{});
  } else if (!seat.inbox.empty() && random_.chance(70)) {
    moved = true;
    const ToEditor message = std::move(seat.inbox.front());
    seat.inbox.pop_front();
    seat.editor.receive(message);
  } else if (!seat.editor.is_idle()) {
    moved = true;
    seat.editor.progress(random_);
  }
  if (seat.wake && *seat.wake <= now_) {
    seat.wake.reset();
    give(seat, Pump{});
  }
  return moved;
}

void Table::settle() {
  settling_ = true;
  for (const auto& seat : seats_) seat->editor.type(random_);  // a lost message is noticed by the next one
  for (const auto& seat : seats_) {
    if (seat->parted) join(*seat);
  }
  for (int idle = 0; idle < 50; ++idle) {
    now_ += 20;
    for (const auto& seat : seats_) {
      if (move(*seat)) idle = 0;
    }
  }
}

void Table::to_server(Seat& seat) {
  const ToServer message = std::move(seat.editor.outbox.front());
  seat.editor.outbox.pop_front();
  if (const auto* open = std::get_if<DidOpen>(&message)) {
    const bool late = accidents_ && !settling_ && random_.chance(10);
    seat.parted = late;
    blind_ = blind_ || late;
    compare(seat);
    give(seat, Opened{open->text, late ? std::nullopt : std::optional(replica_.snapshot()), seat.disk});
  } else if (std::holds_alternative<DidClose>(message)) {
    seat.saved.reset();
    give(seat, Closed{});
  } else if (std::holds_alternative<DidSave>(message)) {
    give(seat, Saved{});
    if (!seat.link.is_lost()) (seat.parted ? seat.saved : seat.disk) = seat.link.text().snapshot();
  } else if (const auto* edit = std::get_if<Edited>(&message)) {
    give(seat, *edit);
  } else {
    give(seat, std::get<Acked>(message));
  }
}

/// The buffer and the replica are about to be compared.
void Table::compare(const Seat& seat) {
  const bool joined_words = has_joined_words(to_utf32(replica_.str())) || has_joined_words(seat.editor.document());
  blind_ = blind_ || (accidents_ && joined_words);
}

void Table::part(Seat& seat) {
  if (!seat.link.is_open()) return;
  seat.parted = true;
  give(seat, Parted{});
}

void Table::join(Seat& seat) {
  seat.parted = false;
  compare(seat);
  give(seat, Joined{replica_.snapshot(), seat.disk, std::nullopt, std::nullopt});
  if (seat.saved) seat.disk = std::exchange(seat.saved, {});
  give(seat, Pump{});
}

/// As if a plugin had a bug: the counters no longer fit.
void Table::lose_message(Seat& seat) {
  if (!std::holds_alternative<Edited>(seat.editor.outbox.front())) return;
  seat.editor.outbox.pop_front();
  blind_ = true;
}

void Table::give(Seat& seat, const Event& event) {
  Effects effects;
  seat.link.step(event, now_, effects);
  for (Effect& effect : effects) {
    if (auto* send = std::get_if<SendEdit>(&effect)) seat.inbox.emplace_back(std::move(*send));
    if (auto* resync = std::get_if<SendResync>(&effect)) seat.inbox.emplace_back(std::move(*resync));
    if (auto* wake = std::get_if<Wake>(&effect)) seat.wake = wake->at;
    if (auto* local = std::get_if<Local>(&effect)) commit(seat, local->delta);
  }
}

// ---- the replica

void Table::commit(Seat& seat, const text::Delta& delta) {
  if (!seat.viewer) return write(delta, &seat);
  give(seat, LocalRefused{replica_.snapshot()});
}

void Table::write(const text::Delta& delta, const Seat* author) {
  text::apply(replica_, delta);
  for (const auto& seat : seats_) {
    if (seat.get() == author || seat->parted || !seat->link.is_open()) continue;
    give(*seat, RemoteEdit{delta});
    give(*seat, Pump{});
  }
}

void Table::write_directly() {
  const std::u32string present = to_utf32(replica_.str());
  const text::Chars at(between_words(present, random_.below(replica_.size().value + 1)));
  const std::uint64_t rest = replica_.size() - at;
  const std::uint64_t wanted = random_.chance(60) ? 0 : random_.below(std::min<std::uint64_t>(rest, 10) + 1);
  const text::Chars gone(std::max(at.value, between_words(present, at.value + wanted)) - at.value);
  for (const char32_t c : to_utf32(replica_.str(at, at + gone.value))) erased_.insert(c);
  text::Delta delta;
  delta.retain(at);
  if (random_.chance(80)) delta.insert(to_utf8(mint_.word(random_, random_.chance(95) ? 3 : 30)));
  if (random_.below(1000) < 5) delta.insert(std::string(70'000, '~'));
  write(delta.erase(gone), nullptr);
}

}  // namespace tutti::link

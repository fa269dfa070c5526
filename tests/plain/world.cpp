#include "tests/plain/world.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <optional>
#include <utility>

namespace tutti::plain {

using test::to_utf32;
using test::to_utf8;

namespace {

constexpr std::int64_t patience_ms = 120'000;  // after the last key

ClientTraits traits_of(const Temper& temper) {
  ClientTraits traits;
  if (temper.name != nullptr) traits.name = temper.name;
  traits.version = temper.version;
  traits.takes_edits = true;
  if (!temper.pulls && temper.name == nullptr) traits.push = true;
  traits.encoding = temper.encoding;
  return traits;
}

void strip_newlines(std::string& text, std::size_t most) {
  for (; most > 0 && text.ends_with('\n'); --most) text.pop_back();
}

/// Who cannot hold a text without a final newline is not told whether there is one, nor, where there was none when it was
/// opened, of empty lines at the end.
bool same(const Temper& temper, std::string own, std::string shared, bool unfinished) {
  if (temper.implicit_newline || (temper.name != nullptr && profile_of(traits_of(temper)).habits.implicit_newline)) {
    strip_newlines(own, unfinished ? own.size() : 1);
    strip_newlines(shared, unfinished ? shared.size() : 1);
  }
  return own == shared;
}

// TUTTI_PLAIN_TRACE=1 tells all that passes between the clients and their links, for one seed.

bool tracing() {
  static const bool on = std::getenv("TUTTI_PLAIN_TRACE") != nullptr;
  return on;
}

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (const char c : text) out += c == '\n' ? std::string("\\n") : std::string(1, c);
  return out + "'";
}

std::string shown(const text::Place& from, const text::Place& to, const std::string& text) {
  const auto place = [](const text::Place& p) { return std::to_string(p.line) + ":" + std::to_string(p.column); };
  return " " + place(from) + (from == to ? "" : "-" + place(to)) + quoted(text);
}

std::string told(const Event& event) {
  if (const auto* open = std::get_if<Opened>(&event))
    return "open v" + std::to_string(open->version.value) + quoted(open->text);
  if (const auto* saved = std::get_if<Saved>(&event)) return "save " + quoted(saved->text.value_or(""));
  if (const auto* answer = std::get_if<Answered>(&event)) {
    return "answer " + std::to_string(answer->number) + (answer->applied ? " yes" : " no");
  }
  if (std::holds_alternative<Pulled>(event)) return "pull";
  if (std::holds_alternative<link::RemoteEdit>(event)) return "remote";
  const auto* change = std::get_if<Changed>(&event);
  if (change == nullptr) return "";
  std::string out = "change v" + std::to_string(change->version.value);
  for (const Change& c : change->changes)
    out += c.range ? shown(c.range->from, c.range->to, c.text) : " whole" + quoted(c.text);
  return out;
}

void trace(Instant now, const std::string& who, const Event& event) {
  const std::string words = told(event);
  if (!words.empty()) std::fprintf(stderr, "%6ld %s > %s\n", now.value, who.c_str(), words.c_str());
}

void trace(Instant now, const std::string& who, std::string what, const std::vector<link::Replacement>& edits) {
  for (const link::Replacement& edit : edits) what += shown(edit.from, edit.to, edit.text);
  std::fprintf(stderr, "%6ld %s < %s\n", now.value, who.c_str(), what.c_str());
}

}  // namespace

struct World::Seat {
  Seat(World& world, const Temper& habits, std::size_t place)
      : name(std::to_string(place) + " " + habits.label),
        temper(habits),
        link(profile_of(traits_of(habits))),
        peer(*world.hub_, world.clock_,
             [this, &world](const text::Delta& delta) { world.give(*this, link::RemoteEdit{delta}); }),
        to_client(world.clock_),
        client(habits, world.clock_, world.random_, world.ledger_,
               {[this, &world](const Event& event) { world.give(*this, event); },
                [this, &world] {
                  handed.clear();
                  world.give(*this, Pulled{});
                  return handed;
                }}) {}

  std::string name;  ///< in the trace
  Temper temper;
  Link link;
  Peer peer;
  Pipe to_client;
  Client client;
  std::vector<link::Replacement> handed;
  std::optional<Instant> wake;
};

World::World(std::uint64_t seed, const std::vector<Temper>& clients) : unfinished_(seed % 4 == 0), random_(seed) {
  const std::string start = to_utf8(ledger_.mint.word(random_, 12)) + (unfinished_ ? "" : "\n");
  constexpr std::int64_t delays[] = {0, 50, 300};
  hub_ = std::make_unique<Hub>(text::Rope(start), random_, delays[random_.below(3)]);
  for (const Temper& temper : clients) {
    Seat& seat = *seats_.emplace_back(std::make_unique<Seat>(*this, temper, seats_.size()));
    seat.client.open(start);
  }
}

World::~World() = default;

void World::give(Seat& seat, const Event& event) {
  Effects effects;
  if (tracing()) trace(clock_.now(), seat.name, event);
  seat.link.step(event, clock_.now(), effects);
  if (std::holds_alternative<Opened>(event)) {
    seat.link.step(link::Joined{seat.peer.text().snapshot(), hub_->text().snapshot(), {}, {}}, clock_.now(), effects);
  }
  obey(seat, std::exchange(effects, {}));
  seat.link.step(link::Pump{}, clock_.now(), effects);
  obey(seat, effects);
  if (const auto* answer = std::get_if<Answered>(&event); answer != nullptr && !answer->applied) ++figures_.refused;
}

void World::obey(Seat& seat, const Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* local = std::get_if<link::Local>(&effect)) seat.peer.local(local->delta);
    if (const auto* wake = std::get_if<link::Wake>(&effect)) wake_at(seat, wake->at);
    if (const auto* out = std::get_if<HandOut>(&effect)) {
      seat.handed = out->edits;
      if (tracing()) trace(clock_.now(), seat.name, "hands out", out->edits);
    }
    if (const auto* diverged = std::get_if<Diverged>(&effect)) figures_.repaired += diverged->repaired ? 1 : 0;
    if (const auto* push = std::get_if<Push>(&effect)) {
      ++figures_.pushes;
      if (tracing()) {
        trace(clock_.now(), seat.name, "push " + std::to_string(push->number) + " v" + std::to_string(push->version.value),
              push->edits);
      }
      seat.to_client.send(static_cast<std::int64_t>(random_.below(4)), [&seat, push = *push] { seat.client.receive(push); });
    }
  }
}

/// The last word counts, as in the server.
void World::wake_at(Seat& seat, Instant at) {
  if (seat.wake == at) return;
  seat.wake = at;
  clock_.at(at, [this, &seat, at] {
    if (seat.wake != at) return;
    seat.wake.reset();
    give(seat, link::Pump{});
  });
}

void World::person(Seat& seat, int acts) {
  if (acts == 0) return;
  seat.client.act();
  if (random_.chance(3)) seat.client.save();
  if (random_.chance(10)) seat.client.pull();
  const bool pause = random_.chance(15);
  clock_.in(static_cast<std::int64_t>(pause ? random_.below(1'500) : 10 + random_.below(80)),
            [this, &seat, acts] { person(seat, acts - 1); });
}

bool World::is_at_rest() const {
  for (const auto& seat : seats_) {
    if (!seat->peer.is_idle() || !seat->client.is_idle() || !seat->link.is_quiet()) return false;
  }
  return true;
}

void World::run(int acts) {
  for (const auto& seat : seats_) {
    clock_.in(static_cast<std::int64_t>(5 + random_.below(300)), [this, &seat = *seat, acts] { person(seat, acts); });
  }
  int pulled = 0;
  for (Instant last = clock_.now() + patience_ms; !clock_.is_over() && clock_.now() < last;) {
    clock_.go_on();
    // Who only pulls has to, until nothing waits any more; and a save tells what was missed.
    if (clock_.is_over() && !is_at_rest() && pulled < 12) {
      ++pulled;
      clock_.in(1'500, [this] {
        for (const auto& seat : seats_) seat->temper.pulls ? seat->client.pull() : seat->client.save();
      });
    }
  }
}

std::string World::fault() const {
  const std::string shared = hub_->text().str();
  for (const auto& seat : seats_) {
    const std::string who = std::string(" (") + seat->temper.label + ")";
    if (!seat->link.is_quiet()) return "a link is not at rest" + who;
    if (seat->peer.text().str() != shared) return "a replica is not the hub's text" + who;
    if (!same(seat->temper, seat->client.text().str(), shared, unfinished_)) {
      return "a buffer is not the hub's text" + who + "\n" + seat->client.text().str() + "---\n" + shared;
    }
    if (!same(seat->temper, seat->link.text().str(), shared, unfinished_)) return "a shadow is not the hub's text" + who;
  }
  return ledger_fault(shared);
}

std::string World::ledger_fault(const std::string& shared) const {
  const auto any = [this](auto has) {
    return std::any_of(seats_.begin(), seats_.end(), [&](const auto& s) { return has(s->temper); });
  };
  const bool compares = figures_.repaired > 0 || any([](const Temper& temper) { return temper.whole_texts; });
  std::map<char32_t, int> count;
  for (const char32_t c : to_utf32(shared)) ++count[c];
  for (const auto& [letter, times] : ledger_.common) {
    // Where texts are compared, two people's change of one word can count as both of theirs (docs/PLAIN.md).
    if (!compares && !ledger_.undone.contains(letter) && count[letter] != times) {
      return "there are " + std::to_string(count[letter]) + " of " + to_utf8({letter}) + ", typed " + std::to_string(times);
    }
  }
  for (const char32_t c : ledger_.mint.all()) {
    if (ledger_.undone.contains(c)) continue;
    if (count[c] > 1) return "doubled: " + to_utf8({c});
    if (count[c] < 1 && !ledger_.erased.contains(c)) return "lost: " + to_utf8({c});
    if (count[c] > 0 && ledger_.gone.contains(c)) return "came back: " + to_utf8({c});
  }
  return "";
}

}  // namespace tutti::plain

#include "tests/sim/world.hpp"

#include <algorithm>
#include <cstdio>

#include "sync/exchange/convert.hpp"
#include "tests/sim/hub.hpp"
#include "tests/sim/person.hpp"

namespace tutti::sim {

namespace {

struct Frame {
  std::string bytes;
  bool binary = false;
};

/// One connection: ordered both ways, as TCP is. What is on its way when it is cut is lost.
struct Wire {
  std::size_t person = 0;
  bool open = true;    ///< the person's end
  bool known = false;  ///< the session has been told of it
  bool hub_end = true;
  Instant up, down;  ///< nothing arrives before, each way: order, and stalls
};

class World {
 public:
  explicit World(std::uint64_t seed, bool verbose) : random_(seed), hub_(random_), verbose_(verbose) {}

  Verdict run();

 private:
  using Action = std::function<void()>;
  void at(Instant when, Action action) { agenda_.push({when, order_++, std::move(action)}); }
  void after(std::uint64_t ms, Action action) { at(now_ + static_cast<std::int64_t>(ms), std::move(action)); }
  void fail(const std::string& why) {
    if (verdict_.fault.empty()) verdict_.fault = why;
  }
  void say(const std::string& what) const {
    if (verbose_) std::printf("%8lld  %s\n", static_cast<long long>(now_.value), what.c_str());
  }

  std::uint64_t delay() {
    return healed_ ? 1 + random_.below(5) : random_.chance(90) ? random_.below(40) : random_.below(3000);
  }
  void trace(std::string_view bytes);

  // The person's side.
  void carry_out(Person& person, peer::Effects& effects);
  void connect(Person& person);
  void hang_up(std::size_t wire, const char* why);
  void to_hub(std::size_t wire, std::string frame);
  void arrive_at_hub(std::size_t wire, const std::string& frame);
  template <class Event>
  void person_step(Person& person, const Event& event);

  // The hub's side.
  void carry_out_hub(session::Effects& effects);
  void to_person(std::size_t wire, const Frame& frame);
  void hub_lets_go(std::size_t wire);
  void hub_step(const session::Event& event);
  void start_hub();
  void kill_hub();

  void beat();
  void misfortune();
  void live();
  bool drain(Instant until, const std::function<bool()>& done);
  bool settled();
  /// Settled, and what is still on its way has arrived.
  bool quiet(std::int64_t ms);
  void check();
  void check_copies(session::Session& session, const char* where);
  void check_newcomer();
  void check_ledger();

  Random random_;
  Hub hub_;
  bool verbose_;
  Instant now_;
  struct Item {
    Instant when;
    std::uint64_t order = 0;
    Action action;
    bool operator<(const Item& other) const { return std::tie(when, order) > std::tie(other.when, other.order); }
  };
  std::priority_queue<Item> agenda_;
  std::uint64_t order_ = 0;
  std::vector<Wire> wires_;
  std::vector<std::unique_ptr<Person>> people_;
  std::vector<std::optional<std::size_t>> wire_of_;
  std::vector<Instant> wake_;
  Ledger ledger_;
  Verdict verdict_;
  bool healed_ = false;
  std::uint64_t hub_lives_ = 0;
};

void World::trace(std::string_view bytes) {
  for (const char c : bytes) verdict_.trace = (verdict_.trace ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
}

// ---- the person's side

template <class Event>
void World::person_step(Person& person, const Event& event) {
  peer::Effects effects;
  person.peer->step(event, now_, effects);
  carry_out(person, effects);
}

void World::carry_out(Person& person, peer::Effects& effects) {
  if (const std::string fault = person.watch(effects); !fault.empty()) fail(person.member.name + ": " + fault);
  for (const peer::Effect& effect : effects) {
    if (std::holds_alternative<peer::Connect>(effect)) {
      connect(person);
    } else if (const auto* send = std::get_if<peer::SendText>(&effect)) {
      if (wire_of_[person.number]) to_hub(*wire_of_[person.number], *send->frame);
    } else if (const auto* hangup = std::get_if<peer::Hangup>(&effect)) {
      say(person.member.name + " hangs up: " + hangup->why);
      if (wire_of_[person.number]) hang_up(*wire_of_[person.number], "hung up");
    } else if (const auto* wake = std::get_if<peer::Wake>(&effect)) {
      wake_[person.number] = wake->at;
      at(wake->at, [this, &person, when = wake->at] {
        if (wake_[person.number] == when) person_step(person, peer::Tick{});
      });
    } else if (std::holds_alternative<peer::Refused>(effect)) {
      verdict_.tally.refusals += 1;
    }
  }
  person.note_safe();
}

void World::connect(Person& person) {
  after(delay(), [this, &person] {
    if (wire_of_[person.number]) return;
    if (!hub_.alive()) {
      person_step(person, peer::Closed{"no connection", false});
      return;
    }
    wires_.push_back({person.number, true, false, true, now_, now_});
    wire_of_[person.number] = wires_.size() - 1;
    person_step(person, peer::Opened{});
  });
}

void World::hang_up(std::size_t wire, const char* why) {
  if (!wires_[wire].open) return;
  wires_[wire].open = false;
  Person& person = *people_[wires_[wire].person];
  wire_of_[person.number].reset();
  after(0, [this, &person, why] { person_step(person, peer::Closed{why, false}); });
  after(delay(), [this, wire] { hub_lets_go(wire); });
}

void World::to_hub(std::size_t wire, std::string frame) {
  Wire& w = wires_[wire];
  w.up = std::max(w.up, now_ + static_cast<std::int64_t>(delay()));
  at(w.up, [this, wire, frame = std::move(frame)] { arrive_at_hub(wire, frame); });
}

void World::arrive_at_hub(std::size_t wire, const std::string& frame) {
  Wire& w = wires_[wire];
  if (!w.open || !w.hub_end || !hub_.alive()) return;
  trace(frame);
  if (verbose_) say(people_[w.person]->member.name + " ──▶ " + frame.substr(0, 300));
  const session::ConnectionId id(wire + 1);
  if (w.known) {
    hub_step(session::FrameReceived{id, frame});
    return;
  }
  w.known = true;
  const auto hello = wire::decode_up(frame);
  if (!hello || !std::holds_alternative<wire::Hello>(*hello)) return fail("the first frame is not a hello");
  hub_step(session::Connected{id, people_[w.person]->member, std::get<wire::Hello>(*hello)});
}

// ---- the hub's side

void World::hub_step(const session::Event& event) {
  if (!hub_.alive()) return;
  session::Effects effects;
  hub_.step(event, now_, effects);
  carry_out_hub(effects);
}

void World::carry_out_hub(session::Effects& effects) {
  for (const session::Effect& effect : effects) {
    if (const auto* send = std::get_if<session::Send>(&effect)) {
      for (const session::ConnectionId to : send->to) to_person(to.value - 1, {*send->frame, send->binary});
    } else if (const auto* close = std::get_if<session::Close>(&effect)) {
      Wire& w = wires_[close->connection.value - 1];
      w.hub_end = false;
      w.down = std::max(w.down, now_ + static_cast<std::int64_t>(delay()));
      say("the hub closes " + people_[w.person]->member.name + ": " + close->reason);
      at(w.down, [this, wire = close->connection.value - 1] { hang_up(wire, "closed by the hub"); });
    } else if (std::holds_alternative<session::Append>(effect)) {
      after(delay(), [this] {
        if (!hub_.alive() || !hub_.has_waiting()) return;
        session::Effects more;
        if (const std::string why = hub_.commit(now_, more); !why.empty()) fail(why);
        carry_out_hub(more);
      });
    } else if (const auto* compact = std::get_if<session::Compact>(&effect)) {
      after(delay(), [this, what = *compact, life = hub_lives_] {
        if (!hub_.alive() || life != hub_lives_) return;
        verdict_.tally.compactions += 1;
        session::Effects more;
        if (const std::string why = hub_.compact(what, now_, more); !why.empty()) fail(why);
        carry_out_hub(more);
      });
    }
  }
}

void World::to_person(std::size_t wire, const Frame& frame) {
  Wire& w = wires_[wire];
  w.down = std::max(w.down, now_ + static_cast<std::int64_t>(delay()));
  at(w.down, [this, wire, frame] {
    if (!wires_[wire].open) return;
    trace(frame.bytes);
    Person& person = *people_[wires_[wire].person];
    if (verbose_) say(person.member.name + " ◀── " + (frame.binary ? "history" : frame.bytes.substr(0, 300)));
    if (frame.binary) {
      person_step(person, peer::BinaryFrame{frame.bytes});
    } else {
      person_step(person, peer::TextFrame{frame.bytes});
    }
  });
}

void World::hub_lets_go(std::size_t wire) {
  Wire& w = wires_[wire];
  if (!w.hub_end) return;
  w.hub_end = false;
  if (w.known) hub_step(session::Disconnected{session::ConnectionId(wire + 1)});
}

void World::start_hub() {
  if (hub_.alive()) return;
  if (const std::string why = hub_.start(); !why.empty()) fail(why);
  ++hub_lives_;
  say("hub starts");
}

void World::kill_hub() {
  if (!hub_.alive()) return;
  say("hub is killed");
  if (const std::string why = hub_.kill(); !why.empty()) fail(why);
  verdict_.tally.crashes += 1;
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    wires_[i].hub_end = false;
    after(delay(), [this, i] { hang_up(i, "the hub is gone"); });
  }
}

/// The hub's own clock: paced fetches, cursors.
void World::beat() {
  if (hub_.alive()) hub_step(session::Tick{});
  after(50, [this] { beat(); });
}

// ---- what happens

void World::misfortune() {
  if (healed_) return;
  Person& person = *people_[random_.below(people_.size())];
  const std::uint64_t kind = random_.below(100);
  if (kind < 40) {
    say(person.member.name + " is cut off");
    if (wire_of_[person.number]) hang_up(*wire_of_[person.number], "cut");
    verdict_.tally.cuts += 1;
  } else if (kind < 60) {
    kill_hub();
    after(random_.below(2000), [this] { start_hub(); });
  } else if (kind < 75) {
    verdict_.tally.stalls += 1;
    if (const auto wire = wire_of_[person.number]) {
      Instant& way = random_.chance(50) ? wires_[*wire].up : wires_[*wire].down;
      way = std::max(way, now_ + static_cast<std::int64_t>(random_.below(5000)));
    }
  } else if (kind < 82) {
    say(person.member.name + " restarts");
    verdict_.tally.restarts += 1;
    person.note_safe();
    if (const auto wire = wire_of_[person.number]) {
      wires_[*wire].open = false;
      wire_of_[person.number].reset();
      after(delay(), [this, w = *wire] { hub_lets_go(w); });
    }
    wake_[person.number] = Instant(-1);
    person.restart();
    peer::Effects effects;
    person.peer->start(now_, effects);
    carry_out(person, effects);
  } else if (kind < 92) {
    verdict_.tally.roles += 1;
    person.member.role = person.member.role == wire::Role::editor ? wire::Role::viewer : wire::Role::editor;
    hub_step(session::RoleChanged{person.member.participant, person.member.role});
  }
}

void World::live() {
  const std::uint64_t works = 20 + random_.below(60);
  Instant when(100);
  for (std::uint64_t i = 0; i < works; ++i) {
    when = when + static_cast<std::int64_t>(random_.below(120));
    at(when, [this] {
      Person& person = *people_[random_.below(people_.size())];
      peer::Effects effects;
      if (person.work(now_, effects)) verdict_.tally.edits += 1;
      carry_out(person, effects);
    });
    if (random_.chance(12)) at(when, [this] { misfortune(); });
  }
  drain(when + 1000, [] { return false; });
}

bool World::drain(Instant until, const std::function<bool()>& done) {
  std::uint64_t steps = 0;
  while (!agenda_.empty() && verdict_.fault.empty() && ++steps < 2'000'000) {
    if (agenda_.top().when > until) return false;
    if (steps % 16 == 0 && done()) return true;
    Item item = agenda_.top();
    agenda_.pop();
    now_ = std::max(now_, item.when);
    item.action();
  }
  return done();
}

bool World::settled() {
  if (!hub_.alive() || hub_.has_waiting()) return false;
  for (const auto& person : people_) {
    const peer::Status status = person->peer->status();
    if (status.link != peer::Link::online || status.pending != 0) return false;
    for (const wire::DocumentInfo& info : person->peer->documents()) {
      if (person->peer->document(info.document) == nullptr) return false;
    }
    if (person->peer->documents().size() != hub_.session().documents().size()) return false;
  }
  return true;
}

bool World::quiet(std::int64_t ms) {
  const Instant until = now_ + ms;
  while (now_ < until && verdict_.fault.empty()) {
    if (!drain(until, [this] { return settled(); })) return false;
    drain(now_ + 12'000, [] { return false; });
    if (settled()) return true;
  }
  return false;
}

// ---- what must hold

void World::check_copies(session::Session& session, const char* where) {
  for (const auto& person : people_) {
    for (const wire::DocumentInfo& info : session.documents()) {
      const merge::Document* document = person->peer->document(info.document);
      if (document == nullptr) return fail(person->member.name + " lacks " + info.path + where);
      if (document->text().str() != *session.text(info.document)) {
        const bool same = exchange::to_wire(document->known()) == info.known;
        return fail(person->member.name + " has another " + info.path + where +
                    (same ? ", of the same events" : ", of other events"));
      }
      if (person->peer->info(info.document)->path != info.path)
        return fail(person->member.name + " has " + info.path + " elsewhere" + where);
    }
    if (const std::string fault = person->compare_shown(); !fault.empty()) return fail(person->member.name + ": " + fault);
  }
}

void World::check_newcomer() {
  people_.push_back(std::make_unique<Person>(people_.size(), random_, ledger_));
  wire_of_.emplace_back();
  wake_.emplace_back(-1);
  peer::Effects effects;
  people_.back()->peer->start(now_, effects);
  carry_out(*people_.back(), effects);
  if (!quiet(60'000)) return fail("a newcomer does not get everything");
  check_copies(hub_.session(), ", seen by a newcomer");
}

void World::check_ledger() {
  std::map<std::string, std::size_t> times;
  for (const wire::DocumentInfo& info : hub_.session().documents()) {
    const std::string text = *hub_.session().text(info.document);
    for (const auto& [token, what] : ledger_) {
      std::size_t count = 0;
      for (auto at = text.find(token); at != std::string::npos; at = text.find(token, at + 1)) ++count;
      times[token] += count;
      if (count > 1) return fail(token + " is in " + info.path + " " + std::to_string(count) + " times");
      const bool must = what.document == info.document && (what.fate == Fate::safe || what.fate == Fate::written);
      if (must && count == 0) return fail(token + " is lost from " + info.path);
    }
  }
  for (const auto& [token, what] : ledger_) verdict_.tally.acknowledged += what.fate == Fate::safe ? 1 : 0;
}

void World::check() {
  check_copies(hub_.session(), "");
  session::Config config;
  config.key.fill(42);
  Result<session::Session> again = session::Session::load(hub_.disk().image(), config);
  if (!again) return fail("what the disk holds does not load: " + again.error().message);
  check_copies(*again, ", loaded again");
  if (verdict_.fault.empty()) check_ledger();
  if (verdict_.fault.empty()) check_newcomer();
}

Verdict World::run() {
  start_hub();
  beat();
  const std::size_t count = 2 + random_.below(4);
  for (std::size_t i = 0; i < count; ++i) {
    people_.push_back(std::make_unique<Person>(i, random_, ledger_));
    wire_of_.emplace_back();
    wake_.emplace_back(-1);
  }
  for (const auto& person : people_) {
    peer::Effects effects;
    person->peer->start(now_, effects);
    carry_out(*person, effects);
  }
  live();
  say("the world heals");
  healed_ = true;
  start_hub();
  if (verdict_.fault.empty() && !quiet(600'000)) {
    std::string who = "does not settle:";
    for (const auto& person : people_) {
      const peer::Status status = person->peer->status();
      who += " " + person->member.name + " link " + std::to_string(static_cast<int>(status.link)) + " pending " +
             std::to_string(status.pending) + " files " + std::to_string(person->peer->documents().size()) + " " +
             status.message;
      for (const wire::DocumentInfo& info : person->peer->documents()) {
        if (person->peer->document(info.document) == nullptr) who += " lacks " + info.path;
      }
    }
    fail(who + " at " + std::to_string(now_.value) + (hub_.has_waiting() ? ", uncommitted," : "") + " hub files " +
         std::to_string(hub_.alive() ? hub_.session().documents().size() : 0));
  }
  if (verdict_.fault.empty()) check();
  verdict_.tally.seeds = 1;
  verdict_.tally.files = hub_.alive() ? hub_.session().documents().size() : 0;
  return verdict_;
}

}  // namespace

void Tally::add(const Tally& other) {
  seeds += other.seeds;
  edits += other.edits;
  crashes += other.crashes;
  cuts += other.cuts;
  stalls += other.stalls;
  restarts += other.restarts;
  roles += other.roles;
  refusals += other.refusals;
  files += other.files;
  acknowledged += other.acknowledged;
  compactions += other.compactions;
}

Verdict run(std::uint64_t seed, bool verbose) {
  return World(seed, verbose).run();
}

}  // namespace tutti::sim

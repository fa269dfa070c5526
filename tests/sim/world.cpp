#include "tests/sim/world.hpp"

#include <algorithm>
#include <cstdio>

namespace tutti::sim {

namespace {

constexpr std::uint64_t most_steps = 100'000;  // between two looks at the whole

}  // namespace

void World::fail(const std::string& why) {
  if (verdict_.fault.empty()) verdict_.fault = why;
}

void World::say(const std::string& what) const {
  if (verbose_) std::printf("%8lld  %s\n", static_cast<long long>(now_.value), what.c_str());
}

Random& World::chance_of(Chance chance, std::size_t who) {
  const std::uint64_t stream = who * 16 + chance;
  return chances_.try_emplace(stream, plan_.seed * 0x2545f4914f6cdd1dULL + stream).first->second;
}

std::uint64_t World::delay(Chance chance, std::size_t who) {
  Random& random = chance_of(chance, who);
  if (healed_) return 1 + random.below(5);
  return random.chance(90) ? random.below(40) : random.below(3000);
}

void World::trace(std::string_view bytes) {
  for (const char c : bytes) verdict_.trace = (verdict_.trace ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
}

// ---- people

void World::add_person() {
  people_.push_back(std::make_unique<Person>(people_.size(), plan_.seed, ledger_));
  wire_of_.emplace_back();
  wake_.emplace_back(-1);
  skew_.push_back(0);
  tending_.push_back(false);
}

void World::begin(Person& person) {
  peer::Effects effects;
  person.peer->start(clock_of(person), effects);
  carry_out(person, effects);
}

void World::restart(Person& person) {
  using End = Paper::End;
  const End ends[] = {End::power_lost, End::power_lost, End::flipped, End::old, End::none};
  const bool damages = plan_.damages && chance_of(paper, person.number).chance(50);
  const End end = damages ? ends[chance_of(paper, person.number).below(std::size(ends))] : End::killed;
  say(person.member.name + " restarts, by " + std::to_string(static_cast<int>(end)));
  if (end != End::killed) count("journals damaged");
  person.note_safe();
  if (const auto wire = wire_of_[person.number]) {
    wires_[*wire].open = false;
    wire_of_[person.number].reset();
    after(delay(hanging_up, person.number), [this, w = *wire] { hub_lets_go(w); });
  }
  wake_[person.number] = Instant(-1);
  if (const std::string fault = person.restart(end); !fault.empty()) return fail(fault);
  begin(person);
}

/// Whatever was to happen in between happens now.
void World::jump(Person& person, std::uint64_t ms) {
  skew_[person.number] += static_cast<std::int64_t>(ms);
  if (wake_[person.number] >= Instant(0) && wake_[person.number] <= clock_of(person)) person_step(person, peer::Tick{});
}

// ---- steps of the plan

void World::take(const Step& step) {
  Person& person = *people_[step.who];
  if (step.act != Act::work) return befall(step, person);
  peer::Effects effects;
  const Work work = person.work(step.number, clock_of(person), effects);
  verdict_.tally["works"] += 1;
  if (work.edited) count("edits");
  if (!work.fault.empty()) fail(person.member.name + ": " + work.fault);
  carry_out(person, effects);
}

void World::befall(const Step& step, Person& person) {
  const auto wire = wire_of_[person.number];
  const auto stall = [&](Instant& way) { way = std::max(way, now_ + static_cast<std::int64_t>(step.number)); };
  switch (step.act) {
    case Act::work:
      break;
    case Act::cut:
      count("cuts");
      if (wire) hang_up(*wire, "cut");
      break;
    case Act::half_open:
      count("half-open connections");
      if (!wire) break;
      hub_lets_go(*wire);
      after(step.number, [this, w = *wire] { hang_up(w, "silence"); });
      break;
    case Act::stall_up:
      count("stalls");
      if (wire) stall(wires_[*wire].up);
      break;
    case Act::stall_down:
      count("stalls");
      if (wire) stall(wires_[*wire].down);
      break;
    case Act::suspend:
      count("clock jumps of participants");
      jump(person, step.number);
      break;
    case Act::restart:
      count("restarts of participants");
      restart(person);
      break;
    case Act::role:
      count("role changes");
      person.member.role = person.member.role == wire::Role::editor ? wire::Role::viewer : wire::Role::editor;
      hub_step(session::RoleChanged{person.member.participant, person.member.role});
      break;
    case Act::kill_hub:
      kill_hub();
      after(step.number, [this] { start_hub(); });
      break;
    case Act::usurp:
      usurp_hub(step.number);
      break;
    case Act::pause_hub:
      count("clock jumps of the hub");
      hub_skew_ += static_cast<std::int64_t>(step.number);
      break;
    case Act::refuse:
      count("refusals by the store");
      refused_until_ = std::max(refused_until_, now_ + static_cast<std::int64_t>(step.number));
      break;
    case Act::lag:
      count("slow stores");
      lag_ = step.number;
      break;
    case Act::lose_answer:
      count("commits without an answer");
      hub_.lose_next_answer();
      break;
  }
}

// ---- a run

void World::live() {
  Instant end;
  for (const Step& step : plan_.steps) {
    end = std::max(end, Instant(step.at));
    at(Instant(step.at), [this, step] {
      if (!healed_) take(step);
    });
  }
  drain(end + 1000, [] { return false; });
}

bool World::drain(Instant until, const std::function<bool()>& done) {
  std::uint64_t steps = 0;
  while (!agenda_.empty() && verdict_.fault.empty()) {
    if (++steps > most_steps) fail("never comes to rest");
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
    if (status.link != peer::Link::online || status.pending != 0 || person->busy()) return false;
    if (const auto wire = wire_of_[person->number]; !wire || !wires_[*wire].hub_end) return false;
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

std::string World::who_hangs() {
  std::string who;
  for (const auto& person : people_) {
    const peer::Status status = person->peer->status();
    who += " " + person->member.name + " link " + std::to_string(static_cast<int>(status.link)) + " pending " +
           std::to_string(status.pending) + " files " + std::to_string(person->peer->documents().size()) + " " + status.message;
    for (const wire::DocumentInfo& info : person->peer->documents()) {
      if (person->peer->document(info.document) == nullptr) who += " lacks " + info.path;
    }
  }
  return who + " at " + std::to_string(now_.value) + (hub_.has_waiting() ? ", uncommitted," : "") + " hub files " +
         std::to_string(hub_.alive() ? hub_.session().documents().size() : 0);
}

Verdict World::run() {
  start_hub();
  beat();
  for (std::size_t i = 0; i < plan_.people; ++i) add_person();
  for (const auto& person : people_) begin(*person);
  live();
  say("the world heals");
  healed_ = true;
  end_ghost();
  refused_until_ = now_;
  lag_ = 0;
  start_hub();
  if (verdict_.fault.empty() && !quiet(600'000)) fail("does not settle:" + who_hangs());
  if (verdict_.fault.empty()) check();
  verdict_.tally["runs"] = 1;
  return verdict_;
}

void add(Tally& sum, const Tally& more) {
  for (const auto& [name, times] : more) sum[name] += times;
}

Verdict run(const Plan& plan, bool verbose) {
  return World(plan, verbose).run();
}

}  // namespace tutti::sim

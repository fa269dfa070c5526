#include <algorithm>

#include "protocol/base/planted.hpp"
#include "sync/session/close_codes.hpp"
#include "tests/sim/world.hpp"

// What goes between persons, the hub and its store, and what happens to it on the way.

namespace tutti::sim {

namespace {

constexpr std::size_t most_frame_bytes = 1024 * 1024;

bool begins(const std::string& frame, std::string_view type) {
  return frame.find("\"type\":\"" + std::string(type) + "\"") != std::string::npos;
}

const char* rare_up(const std::string& frame) {
  if (begins(frame, "hello") && frame.find("\"renew\":true") != std::string::npos) return "replicas given up";
  if (begins(frame, "file:edit") && frame.find("\"request\"") == std::string::npos) return "edits handed back";
  if (begins(frame, "fetch")) return "fetches";
  return nullptr;
}

const char* rare_down(const std::string& frame) {
  if (begins(frame, "reject")) return "rejects";
  if (begins(frame, "resync")) return "resyncs";
  if (begins(frame, "slow_down")) return "slow downs";
  return nullptr;
}

}  // namespace

// ---- the person's side

template <class Event>
void World::person_step(Person& person, const Event& event) {
  peer::Effects effects;
  person.peer->step(event, clock_of(person), effects);
  carry_out(person, effects);
}
template void World::person_step(Person& person, const peer::Tick& event);

void World::carry_out(Person& person, peer::Effects& effects) {
  if (const std::string fault = person.watch(effects, clock_of(person)); !fault.empty())
    fail(person.member.name + ": " + fault);
  for (const peer::Effect& effect : effects) {
    if (std::holds_alternative<peer::Connect>(effect)) {
      connect(person);
    } else if (const auto* send = std::get_if<peer::SendText>(&effect)) {
      if (wire_of_[person.number]) to_hub(*wire_of_[person.number], *send->frame);
    } else if (const auto* hangup = std::get_if<peer::Hangup>(&effect)) {
      say(person.member.name + " hangs up: " + hangup->why);
      if (wire_of_[person.number]) hang_up(*wire_of_[person.number], "hung up");
    } else if (const auto* wake_up = std::get_if<peer::Wake>(&effect)) {
      wake(person, wake_up->at);
    } else if (const auto* journal = std::get_if<peer::Journal>(&effect)) {
      keep_journal(person, *journal);
    } else if (const auto* refused = std::get_if<peer::Refused>(&effect)) {
      note_refused(person, *refused);
    } else if (std::holds_alternative<peer::PathTaken>(effect)) {
      count("paths taken by two");
    }
  }
  person.note_safe();
  tend(person);
}

/// Messages between the person's editors and the peer take a moment.
void World::tend(Person& person) {
  if (tending_[person.number] || !person.busy()) return;
  tending_[person.number] = true;
  after(1 + chance_of(editors, person.number).below(healed_ ? 5 : 60), [this, &person] {
    tending_[person.number] = false;
    peer::Effects effects;
    const std::uint64_t refused = person.attend(clock_of(person), effects);
    for (std::uint64_t n = 0; n < refused; ++n) count("edits that editors refused");
    carry_out(person, effects);
  });
}

/// A copy goes astray by a fault of the machine, and by nothing else.
void World::note_refused(const Person& person, const peer::Refused& refused) {
  const bool astray = refused.code == ErrorCode::corrupt && !plan_.damages;
  count(astray ? "copies put right" : "edits refused");
  if (astray && !planted(Bug::copy_spoilt)) fail(person.member.name + " had a copy that was not the hub's");
}

/// One time in thirty the disk is full for a while.
void World::keep_journal(Person& person, const peer::Journal& journal) {
  Random& random = chance_of(paper, person.number);
  person.paper.take(journal);
  if (random.chance(5)) person.paper.copy_away();
  const bool full = !healed_ && random.chance(3);
  after(delay(paper, person.number), [this, &person, full, life = person.peer.get()] {
    if (person.peer.get() != life) return;
    if (!full) return person_step(person, peer::Journalled{person.paper.sync()});
    count("full disks of participants");
    person_step(person, peer::JournalTrouble{"the disk is full"});
    after(500, [this, &person, life] {
      if (person.peer.get() != life) return;
      peer::Effects effects;
      life->rewrite_journal(clock_of(person), effects);
      carry_out(person, effects);
    });
  });
}

void World::wake(Person& person, Instant local) {
  wake_[person.number] = local;
  at(std::max(now_, local + -skew_[person.number]), [this, &person, local] {
    if (wake_[person.number] == local) person_step(person, peer::Tick{});
  });
}

void World::connect(Person& person) {
  after(delay(connecting, person.number), [this, &person] {
    if (wire_of_[person.number]) return;
    if (!hub_.alive()) {
      person_step(person, peer::Closed{"no connection", false, false});
      return;
    }
    const bool haunted = hub_.ghost() != nullptr && chance_of(addresses, person.number).chance(50);
    wires_.push_back({person.number, true, false, true, haunted, now_, now_});
    wire_of_[person.number] = wires_.size() - 1;
    person_step(person, peer::Opened{});
  });
}

void World::hang_up(std::size_t wire, const char* why, bool replaced) {
  if (!wires_[wire].open) return;
  wires_[wire].open = false;
  Person& person = *people_[wires_[wire].person];
  wire_of_[person.number].reset();
  say(person.member.name + " is cut off: " + why);
  after(0, [this, &person, why, replaced] { person_step(person, peer::Closed{why, false, replaced}); });
  after(delay(hanging_up, person.number), [this, wire] { hub_lets_go(wire); });
}

void World::to_hub(std::size_t wire, std::string frame) {
  if (frame.size() > most_frame_bytes) fail("a frame beyond all bounds goes up");
  Wire& w = wires_[wire];
  w.up = std::max(w.up, now_ + static_cast<std::int64_t>(delay(up, w.person)));
  at(w.up, [this, wire, frame = std::move(frame)] { arrive_at_hub(wire, frame); });
}

void World::arrive_at_hub(std::size_t wire, const std::string& frame) {
  Wire& w = wires_[wire];
  if (!w.open || !w.hub_end || (!w.haunted && !hub_.alive())) return;
  trace(frame);
  const Person& person = *people_[w.person];
  if (const char* rare = rare_up(frame)) count(rare);
  if (verbose_) say(person.member.name + " ──▶ " + frame.substr(0, 300));
  const session::ConnectionId id(wire + 1);
  if (w.known) {
    viewer_speaks_ = person.member.role == wire::Role::viewer && frame.find("\"request\"") != std::string::npos;
    hub_step(w, session::FrameReceived{id, frame});
    viewer_speaks_ = false;
    return;
  }
  w.known = true;
  const auto hello = wire::decode_up(frame);
  if (!hello || !std::holds_alternative<wire::Hello>(*hello)) return fail("the first frame is not a hello");
  hub_step(w, session::Connected{id, person.member, std::get<wire::Hello>(*hello)});
}

// ---- the hub's side

void World::hub_step(const session::Event& event) {
  if (!hub_.alive()) return;
  session::Effects effects;
  hub_.step(event, now_ + hub_skew_, effects);
  carry_out_hub(effects);
}

void World::hub_step(const Wire& wire, const session::Event& event) {
  wire.haunted ? ghost_step(event) : hub_step(event);
}

/// It speaks to those who still speak to it; the store takes nothing from it.
void World::ghost_step(const session::Event& event) {
  if (hub_.ghost() == nullptr) return;
  session::Effects effects;
  hub_.ghost()->step(event, now_ + hub_skew_, effects);
  for (const session::Effect& effect : effects) {
    if (const auto* send = std::get_if<session::Send>(&effect)) carry_out_one(*send);
    if (const auto* close = std::get_if<session::Close>(&effect)) carry_out_one(*close);
  }
}

void World::carry_out_hub(session::Effects& effects) {
  for (const session::Effect& effect : effects) {
    std::visit([this](const auto& one) { carry_out_one(one); }, effect);
  }
}

void World::carry_out_one(const session::Send& send) {
  for (const session::ConnectionId to : send.to) to_person(to.value - 1, *send.frame, send.binary);
}

void World::carry_out_one(const session::Close& close) {
  Wire& w = wires_[close.connection.value - 1];
  w.hub_end = false;
  w.down = std::max(w.down, now_ + static_cast<std::int64_t>(delay(down, w.person)));
  say("the hub closes " + people_[w.person]->member.name + ": " + close.reason);
  at(w.down, [this, wire = close.connection.value - 1, replaced = close.code == session::close_code::replaced] {
    hang_up(wire, "closed by the hub", replaced);
  });
}

void World::carry_out_one(const session::Append& append) {
  const auto is_write = [](const record::Row& row) { return !std::holds_alternative<record::ReplicaRow>(row); };
  const bool writes = std::any_of(append.fact.rows.begin(), append.fact.rows.end(), is_write);
  if (viewer_speaks_ && writes) fail("what a viewer asked for was done");
  in_this_life(delay(store) + lag_, [this] { commit(); });
}

void World::carry_out_one(const session::ReserveReplicas& reserve) {
  in_this_life(delay(store), [this, end = reserve.end] { this->reserve(end); });
}

void World::carry_out_one(const session::Compact& compact) {
  in_this_life(delay(snapshots), [this, compact] {
    count("histories put together");
    session::Effects effects;
    if (const std::string why = hub_.compact(compact, now_ + hub_skew_, effects, now_ < refused_until_); !why.empty())
      fail(why);
    carry_out_hub(effects);
  });
}

void World::in_this_life(std::uint64_t ms, Action action) {
  after(ms, [this, life = hub_lives_, action = std::move(action)] {
    if (hub_.alive() && life == hub_lives_) action();
  });
}

void World::commit() {
  if (!hub_.has_waiting()) return;
  session::Effects effects;
  if (now_ < refused_until_) {
    hub_.refuse(now_ + hub_skew_, effects);
    in_this_life(50 + delay(store), [this] { commit(); });
  } else if (const std::string why = hub_.commit(now_ + hub_skew_, effects); !why.empty()) {
    fail(why);
  } else if (hub_.has_waiting()) {
    in_this_life(delay(store) + lag_, [this] { commit(); });
  }
  carry_out_hub(effects);
}

void World::reserve(std::uint32_t end) {
  if (now_ < refused_until_) return in_this_life(50, [this, end] { reserve(end); });
  session::Effects effects;
  hub_.reserve(end, now_ + hub_skew_, effects);
  carry_out_hub(effects);
}

void World::to_person(std::size_t wire, std::string frame, bool binary) {
  if (frame.size() > most_frame_bytes) fail("a frame beyond all bounds comes down");
  Wire& w = wires_[wire];
  w.down = std::max(w.down, now_ + static_cast<std::int64_t>(delay(down, w.person)));
  at(w.down, [this, wire, frame = std::move(frame), binary] { arrive_at_person(wire, frame, binary); });
}

void World::arrive_at_person(std::size_t wire, const std::string& frame, bool binary) {
  if (!wires_[wire].open) return;
  trace(frame);
  Person& person = *people_[wires_[wire].person];
  if (verbose_) say(person.member.name + " ◀── " + (binary ? "history" : frame.substr(0, 300)));
  if (binary) {
    count("histories sent");
    person_step(person, peer::BinaryFrame{frame});
    return;
  }
  if (const char* rare = rare_down(frame)) count(rare);
  person_step(person, peer::TextFrame{frame});
}

void World::hub_lets_go(std::size_t wire) {
  Wire& w = wires_[wire];
  if (!w.hub_end) return;
  w.hub_end = false;
  if (w.known) hub_step(w, session::Disconnected{session::ConnectionId(wire + 1)});
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
  count("hubs killed");
  if (const std::string why = hub_.kill(); !why.empty()) fail(why);
  lose_wires(false, "the hub is gone");
}

void World::lose_wires(bool haunted, const char* why) {
  for (std::size_t i = 0; i < wires_.size(); ++i) {
    if (!wires_[i].open || wires_[i].haunted != haunted) continue;
    wires_[i].hub_end = false;
    after(delay(hanging_up, wires_[i].person), [this, i, why] { hang_up(i, why); });
  }
}

/// Who is connected stays with the old one, until it finds out that nobody keeps what it says.
void World::usurp_hub(std::uint64_t ms) {
  if (!hub_.alive()) return;
  end_ghost();
  say("another hub takes the store");
  count("hubs that did not know they were replaced");
  if (const std::string why = hub_.usurp(); !why.empty()) fail(why);
  ++hub_lives_;
  for (Wire& wire : wires_) wire.haunted = true;
  after(50, [this, ghost = ++ghosts_] {
    if (ghost == ghosts_) ghost_step(session::StoreTrouble{"another hub serves"});
  });
  after(ms, [this, ghost = ghosts_] {
    if (ghost == ghosts_) end_ghost();
  });
}

void World::end_ghost() {
  if (hub_.ghost() == nullptr) return;
  say("the hub that was replaced steps down");
  hub_.end_ghost();
  lose_wires(true, "the hub stands by");
}

/// The hub's own clock: paced fetches, cursors.
void World::beat() {
  if (hub_.alive()) hub_step(session::Tick{});
  ghost_step(session::Tick{});
  after(50, [this] { beat(); });
}

}  // namespace tutti::sim

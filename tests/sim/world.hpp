#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "tests/sim/hub.hpp"
#include "tests/sim/person.hpp"
#include "tests/sim/run.hpp"

namespace tutti::sim {

/// One connection: ordered both ways, as TCP is. What is on its way when it is cut is lost.
struct Wire {
  std::size_t person = 0;
  bool open = true;    ///< the person's end
  bool known = false;  ///< the session has been told of it
  bool hub_end = true;
  bool haunted = false;  ///< it goes to a hub that does not serve any more
  Instant up, down;      ///< nothing arrives before, each way: order, and stalls
};

/// One run. world.cpp: life and misfortune; traffic.cpp: what goes between persons, hub and store; oracles.cpp: what must hold.
class World {
 public:
  World(const Plan& plan, bool verbose) : plan_(plan), hub_(plan.seed), verbose_(verbose) {}
  Verdict run();

 private:
  using Action = std::function<void()>;
  /// Where chance comes from; each has its own, so that a plan with a step less meets the same chances elsewhere.
  enum Chance : std::uint64_t { up = 1, down, connecting, hanging_up, paper, store, snapshots, addresses, editors };

  void at(Instant when, Action action) { agenda_.push({when, order_++, std::move(action)}); }
  void after(std::uint64_t ms, Action action) { at(now_ + static_cast<std::int64_t>(ms), std::move(action)); }
  void fail(const std::string& why);
  void say(const std::string& what) const;
  void count(const char* what) { verdict_.tally[what] += 1; }
  [[nodiscard]] std::uint64_t delay(Chance chance, std::size_t who = 0);
  [[nodiscard]] Random& chance_of(Chance chance, std::size_t who);
  void trace(std::string_view bytes);

  // Life and misfortune.
  void take(const Step& step);
  void befall(const Step& step, Person& person);
  void add_person();
  void begin(Person& person);
  void restart(Person& person);
  void keep_journal(Person& person, const peer::Journal& journal);
  void jump(Person& person, std::uint64_t ms);
  void live();
  bool drain(Instant until, const std::function<bool()>& done);
  [[nodiscard]] bool settled();
  /// Settled, and what is still on its way has arrived.
  bool quiet(std::int64_t ms);
  [[nodiscard]] std::string who_hangs();

  // The person's side.
  void carry_out(Person& person, peer::Effects& effects);
  void tend(Person& person);
  void wake(Person& person, Instant local);
  void note_refused(const Person& person, const peer::Refused& refused);
  void connect(Person& person);
  void hang_up(std::size_t wire, const char* why, bool replaced = false);
  void to_hub(std::size_t wire, std::string frame);
  void arrive_at_hub(std::size_t wire, const std::string& frame);
  template <class Event>
  void person_step(Person& person, const Event& event);
  [[nodiscard]] Instant clock_of(const Person& person) const { return now_ + skew_[person.number]; }

  // The hub's side.
  void hub_step(const session::Event& event);
  /// What a connection brings, to the hub that it goes to.
  void hub_step(const Wire& wire, const session::Event& event);
  void ghost_step(const session::Event& event);
  void carry_out_hub(session::Effects& effects);
  void carry_out_one(const session::Send& send);
  void carry_out_one(const session::Close& close);
  void carry_out_one(const session::Append& append);
  void carry_out_one(const session::ReserveReplicas& reserve);
  void carry_out_one(const session::Compact& compact);
  void carry_out_one(const session::ParticipantGone& /*gone*/) {}
  /// Does it after a while, if the same hub process lives then.
  void in_this_life(std::uint64_t ms, Action action);
  void commit();
  void reserve(std::uint32_t end);
  void to_person(std::size_t wire, std::string frame, bool binary);
  void arrive_at_person(std::size_t wire, const std::string& frame, bool binary);
  void hub_lets_go(std::size_t wire);
  void start_hub();
  void kill_hub();
  void usurp_hub(std::uint64_t ms);
  void end_ghost();
  void lose_wires(bool haunted, const char* why);
  void beat();

  // What must hold.
  void check();
  void check_copies(session::Session& session, const char* where);
  void check_copy(const Person& person, session::Session& session, const wire::DocumentInfo& info, const char* where);
  void fetch_pasts();
  void check_replay();
  void check_newcomer();
  void check_ledger();

  Plan plan_;
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
  std::unordered_map<std::uint64_t, Random> chances_;
  std::vector<Wire> wires_;
  std::vector<std::unique_ptr<Person>> people_;
  std::vector<std::optional<std::size_t>> wire_of_;
  std::vector<Instant> wake_;  ///< by the person's clock
  std::vector<std::int64_t> skew_;
  std::vector<bool> tending_;  ///< a person's editors are waited for
  std::int64_t hub_skew_ = 0;
  std::uint64_t hub_lives_ = 0;
  std::uint64_t ghosts_ = 0;
  Instant refused_until_;  ///< by the store
  std::uint64_t lag_ = 0;
  bool viewer_speaks_ = false;  ///< the step under way is a viewer's request
  Ledger ledger_;
  Verdict verdict_;
  bool healed_ = false;
};

}  // namespace tutti::sim

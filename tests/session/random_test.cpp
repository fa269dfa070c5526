#include <algorithm>
#include <memory>

#include "protocol/wire/bulk.hpp"
#include "tests/session/stage.hpp"

// Players type unique words into one file, lose their connections, and the hub dies between broadcast and commit. Whatever was
// acknowledged as durable must be in the final text, every word once, and all texts equal.

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

namespace {

/// A change that the player made or saw, and that is not durable as far as they know. Kept in the order in which they came to
/// know it, so that sending them again in this order never leaves out a parent.
struct Unsafe {
  wire::FileEdit edit;
  bool own = false;
  std::optional<std::uint64_t> position;
};

struct Player {
  Player(Member m, DocumentId document) : who(std::move(m)), copy{ReplicaId(), document} {}

  Member who;
  Writer copy;
  Seat* seat = nullptr;
  std::optional<wire::Resume> resume{};
  std::string incarnation{};
  std::uint64_t request = 0;
  std::vector<Unsafe> unsafe{};
  std::vector<std::string> acknowledged{};  ///< words
  wire::HistoryAssembly parts{};

  void come(Stage& stage) {
    seat = &stage.join(who, resume);
    const wire::Welcome& welcome = seat->welcome;
    if (resume) REQUIRE(welcome.resumed);
    resume = wire::Resume{welcome.replica, welcome.key};
    copy.replica = ReplicaId(welcome.replica);
    for (Unsafe& one : unsafe) {
      if (one.own) one.position = *one.edit.request <= welcome.request ? std::optional(welcome.position) : std::nullopt;
      if (!one.own && incarnation != welcome.incarnation) one.position.reset();
    }
    incarnation = welcome.incarnation;
    // Frames arrive one by one, and each may be the last before the connection ends; the inbox is read afterwards.
    const std::vector<Unsafe> again = unsafe;
    for (const Unsafe& one : again) {
      if (!one.position) stage.send(*seat, one.edit);
    }
    wire::Fetch fetch;
    fetch.document = copy.document;
    fetch.known = exchange::to_wire(copy.text.known());
    stage.send(*seat, fetch);
    parts = {};
    read();
  }

  void go(Stage& stage) {
    stage.disconnect(*seat);
    seat = nullptr;
  }

  void type(Stage& stage, const std::string& word, Random& random) {
    wire::FileEdit edit = copy.insert(random.below(copy.text.text().size().value + 1), word);
    edit.request = ++request;
    unsafe.push_back({edit, true, std::nullopt});
    if (seat != nullptr) stage.send(*seat, edit);
  }

  void read() {
    if (seat == nullptr) return;
    for (const std::string& frame : std::exchange(seat->bulk, {})) read_bulk(frame);
    for (const wire::Down& message : std::exchange(seat->inbox, {})) {
      std::visit([this](const auto& m) { read_one(m); }, message);
    }
    forget_durable();
  }

 private:
  void read_bulk(const std::string& frame) {
    const auto done = parts.add(*wire::decode_bulk(frame));
    REQUIRE(done.ok());
    if (!*done) return;
    const auto whole = merge::Document::decode(parts.take());
    REQUIRE(whole.ok());
    parts = {};
    REQUIRE(copy.text.apply(*whole->since(copy.text.known())).ok());
  }
  template <class Message>
  void read_one(const Message& /*message*/) {}
  void read_one(const wire::Reject& message) { FAIL(who.name << " was refused: " << message.message); }
  void read_one(const wire::Resync& message) { FAIL(who.name << " has to begin again: " << message.message); }
  void read_one(const wire::ErrorMessage& message) { FAIL(who.name << " is told: " << message.message); }
  void read_one(const wire::FileEdit& edit) {
    copy.take(edit);
    if (!edit.position) return;
    const auto same = [&](const Unsafe& one) {
      return one.edit.change.replica == edit.change.replica && one.edit.change.seq == edit.change.seq;
    };
    if (std::any_of(unsafe.begin(), unsafe.end(), same)) return;
    unsafe.push_back({edit, false, edit.position});
    unsafe.back().edit.position.reset();
  }
  void read_one(const wire::Received& message) {
    for (Unsafe& one : unsafe) {
      if (one.own && !one.position && *one.edit.request <= message.request) one.position = message.position;
    }
  }
  /// What was handed back to another hub has no position of its own; it stands before what is newest now.
  void read_one(const wire::Fetched& message) {
    for (Unsafe& one : unsafe) {
      if (!one.own && !one.position) one.position = message.position;
    }
  }
  /// Of another hub the positions mean something else.
  void read_one(const wire::Welcome& message) { durable = message.durable; }
  void read_one(const wire::Durable& message) { durable = message.position; }
  void forget_durable() {
    std::erase_if(unsafe, [&](const Unsafe& one) {
      if (!one.position || *one.position > durable) return false;
      if (one.own) acknowledged.push_back(one.edit.change.patches[0].insert);
      return true;
    });
  }

  std::uint64_t durable = 0;
};

struct Game {
  explicit Game(std::uint64_t seed) : random(seed), stage(std::make_unique<Stage>()) {
    Seat& founder = stage->join(member("Founder"));
    document = stage->create(founder, "a.txt");
    stage->commit();
    stage->disconnect(founder);
    for (const char* name : {"Ada", "Bob", "Cid"}) players.emplace_back(member(name), document);
  }

  void play(int turns) {
    for (int turn = 0; turn < turns; ++turn) {
      Player& player = players[random.below(players.size())];
      const std::uint64_t dice = random.below(100);
      if (dice < 50) {
        if (player.resume) player.type(*stage, " w" + std::to_string(++words) + ";", random);
      } else if (dice < 65) {
        player.read();
      } else if (dice < 85) {
        player.seat == nullptr ? player.come(*stage) : dice < 69 ? player.go(*stage) : player.read();
      } else if (dice < 97) {
        commit_some();
      } else {
        crash();
      }
    }
  }
  void settle() {
    for (Player& player : players) {
      if (player.seat == nullptr) player.come(*stage);
    }
    // Those who came first read what those who came last brought.
    stage->commit();
    for (Player& player : players) player.read();
  }

  Random random;
  std::unique_ptr<Stage> stage;
  DocumentId document;
  std::vector<Player> players;
  int words = 0;

 private:
  void commit_some() {
    if (stage->facts.empty()) return;
    const std::uint64_t newest = stage->facts.back().position.value, done = stage->committed.value;
    if (newest <= done) return;
    stage->committed = Position(done + 1 + random.below(newest - done));
    stage->step(Committed{stage->committed});
  }
  void crash() {
    stage = std::make_unique<Stage>(stage->config.limits, stage->image(), stage->config.seed + 1);
    for (Player& player : players) player.seat = nullptr;
  }
};

std::size_t occurrences(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

}  // namespace

TEST_CASE("whatever dies between, acknowledged words stay, once, and all texts meet") {
  std::size_t acknowledged = 0;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    Game game(seed);
    game.play(250);
    game.settle();
    const std::string text = *game.stage->session->text(game.document);
    CHECK(*game.stage->crash().session->text(game.document) == text);
    for (Player& player : game.players) {
      INFO(player.who.name);
      CHECK(player.copy.text.text().str() == text);
      CHECK(player.unsafe.empty());
      acknowledged += player.acknowledged.size();
    }
    for (int word = 1; word <= game.words; ++word) {
      // A word lands inside another now and then, so whole words are counted in what nobody split.
      CHECK(occurrences(text, " w" + std::to_string(word) + ";") <= 1);
    }
    std::size_t letters = 0;
    for (int word = 1; word <= game.words; ++word) letters += std::to_string(word).size() + 3;
    CHECK(text.size() == letters);
  }
  CHECK(acknowledged > 1000);
}

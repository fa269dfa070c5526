// A peer that has a text without its history, and one whose text is not what the hub has.

#include <algorithm>

#include "protocol/base/random.hpp"
#include "protocol/wire/bulk.hpp"
#include "sync/exchange/check.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/peer/peer.hpp"
#include "tests/support/catch.hpp"

namespace tutti::peer {
namespace {

constexpr ReplicaId ann(1);

text::Delta insert(std::uint64_t at, std::string_view words) {
  text::Delta delta;
  delta.retain(text::Chars(at)).insert(words);
  return delta;
}

/// A hub with one file, and a peer that has come in.
struct Reader {
  DocumentId id;
  merge::Document hub;
  merge::Version old;  ///< before the newest change
  Peer peer;
  Effects effects;
  Instant now{1};

  explicit Reader(Config config = {}) : peer(std::move(config)) {
    Random random(3);
    id = random_id<DocumentId>(random);
    REQUIRE(hub.edit(ann, insert(0, "hello")).ok());
    old = hub.version();
    REQUIRE(hub.edit(ann, insert(5, " world")).ok());
    peer.start(now, effects);
    peer.step(Opened{}, now, effects);
    hear(welcome());
  }
  [[nodiscard]] wire::Welcome welcome() const {
    wire::Welcome message;
    message.protocol = wire::kProtocolVersion;
    message.you.role = wire::Role::editor;
    message.replica = 7;
    message.limits.fetches = 4;
    message.documents = {{id, "a.txt", {}, 0, exchange::to_wire(hub.known()), exchange::hash_of(hub)}};
    return message;
  }
  template <class Message>
  void hear(const Message& message) {
    const std::string frame = wire::encode(message);
    peer.step(TextFrame{frame}, now, effects);
  }
  /// What was asked for since the last time.
  std::vector<wire::Fetch> asked() {
    std::vector<wire::Fetch> fetches;
    for (const auto& message : sent<wire::Fetch>()) fetches.push_back(message);
    effects.clear();
    return fetches;
  }
  template <class Message>
  std::vector<Message> sent() {
    std::vector<Message> found;
    for (const Effect& effect : effects) {
      const auto* frame = std::get_if<SendText>(&effect);
      if (frame == nullptr) continue;
      auto message = wire::decode_up(*frame->frame);
      if (auto* one = message ? std::get_if<Message>(&*message) : nullptr) found.push_back(*one);
    }
    return found;
  }
  void answer(const std::string& bytes) {
    for (const std::string& frame : wire::encode_history(id, bytes)) peer.step(BinaryFrame{frame}, now, effects);
    hear(wire::Fetched{id, 1, exchange::check_of(id, hub)});
  }
  /// The hub tells of a change that it has taken.
  void tell(const merge::Change& change) {
    REQUIRE(hub.apply({&change, 1}).ok());
    wire::FileEdit edit;
    edit.document = id;
    edit.change = exchange::to_wire(change);
    edit.position = 2;
    edit.participant = ParticipantId();
    hear(edit);
  }
  /// Answers everything that is sent until nothing more is.
  void serve() {
    for (auto fetches = asked(); !fetches.empty(); fetches = asked()) {
      for (const wire::Fetch& fetch : fetches) answer(fetch.text.value_or(false) ? hub.encode_text(0) : hub.encode());
    }
  }
  [[nodiscard]] std::string text() const { return peer.document(id)->text().str(); }
};

/// One who takes in little at a time, and what the person is shown.
struct SlowReader : Reader {
  std::optional<text::Rope> shown;

  SlowReader() : Reader(slow()) {}
  static Config slow() {
    Config config;
    config.step_work = 300;
    return config;
  }
  /// Three write at once, and nobody on all of that.
  void write_apart() {
    merge::Document copies[3];
    const auto all = *hub.since({});
    for (std::uint32_t i = 0; i < 3; ++i) {
      REQUIRE(copies[i].apply(all).ok());
      for (std::uint64_t n = 0; n < 400; ++n) {
        const std::uint64_t at = n % 2 == 0 ? 0 : copies[i].text().size().value / 2;
        REQUIRE(hub.apply(*copies[i].edit(ReplicaId(20 + i), insert(at, "w"))).ok());
      }
    }
  }
  /// The text is announced as it is at the end of the step; what happens to it in later steps is told.
  void watch() {
    bool is_new = false;
    for (const Effect& effect : effects) {
      is_new = is_new || std::holds_alternative<DocumentReady>(effect);
      const auto* edit = std::get_if<RemoteEdit>(&effect);
      if (edit != nullptr && shown) text::apply(*shown, edit->delta);
      CHECK((edit == nullptr || !is_new));
    }
    if (is_new) shown = text::Rope(text());
    effects.clear();
  }
  /// Types at the end of "hello world", and the hub has it.
  void type_beside_hub() {
    shown = text::Rope(text());
    REQUIRE(peer.edit(id, insert(11, "!"), now, effects).ok());
    const merge::Change mine = exchange::to_merge(sent<wire::FileEdit>().at(0).change);
    text::apply(*shown, insert(11, "!"));
    REQUIRE(hub.apply({&mine, 1}).ok());
    effects.clear();
  }
  /// The connection is lost and made again, upon which the text is asked for.
  void come_back() {
    peer.step(Closed{}, now, effects);
    now += 60'000;
    peer.step(Tick{}, now, effects);
    peer.step(Opened{}, now, effects);
    effects.clear();
    hear(welcome());
    REQUIRE(asked().size() == 1);
  }
  /// As often as it wants to be called at once.
  int tick_until_still() {
    const auto wakes = [&] {
      return std::any_of(effects.begin(), effects.end(), [&](const Effect& effect) {
        const auto* wake = std::get_if<Wake>(&effect);
        return wake != nullptr && wake->at <= now;
      });
    };
    int ticks = 0;
    for (; wakes(); ++ticks) {
      REQUIRE(ticks < 10'000);
      watch();
      peer.step(Tick{}, now, effects);
    }
    watch();
    return ticks;
  }
};

const Refused* find_refused(const Effects& effects) {
  for (const Effect& effect : effects) {
    if (const auto* refused = std::get_if<Refused>(&effect)) return refused;
  }
  return nullptr;
}

}  // namespace

TEST_CASE("a newcomer asks for the text, and writes in it at once") {
  Reader r;
  const auto fetches = r.asked();
  REQUIRE(fetches.size() == 1);
  CHECK(fetches[0].text == true);
  CHECK(fetches[0].known.empty());
  r.answer(r.hub.encode_text(0));
  CHECK(r.text() == "hello world");
  CHECK_FALSE(r.peer.document(r.id)->has_past());
  REQUIRE(r.peer.edit(r.id, insert(11, "!"), r.now, r.effects).ok());
  const merge::Change mine = exchange::to_merge(r.sent<wire::FileEdit>().at(0).change);
  REQUIRE(r.hub.apply({&mine, 1}).ok());
  CHECK(r.hub.text().str() == "hello world!");
  REQUIRE(r.peer.undo(r.id, r.now, r.effects).ok());
  CHECK(r.text() == "hello world");
  CHECK(r.sent<wire::Fetch>().empty());
}

TEST_CASE("a text at whose end many wrote at once comes in steps, and what the hub tells behind it comes after it") {
  SlowReader r;
  r.write_apart();
  REQUIRE(r.asked().size() == 1);
  r.answer(r.hub.encode_text(0));
  CHECK(r.peer.document(r.id) == nullptr);
  r.tell({ReplicaId(9), Seq(0), r.hub.version(), {{text::Chars(5), text::Chars(0), " dear"}}});
  CHECK(r.tick_until_still() > 5);
  REQUIRE(r.shown);
  CHECK(r.shown->str() == r.hub.text().str());
  CHECK(r.text() == r.hub.text().str());
}

TEST_CASE("what one lacks of a text comes in steps as well, while one types") {
  SlowReader r;
  r.serve();
  r.watch();
  r.type_beside_hub();
  r.write_apart();
  r.come_back();
  r.answer(r.hub.encode());
  r.tell({ReplicaId(9), Seq(0), r.hub.version(), {{text::Chars(5), text::Chars(0), " dear"}}});
  REQUIRE(r.peer.edit(r.id, insert(0, "typed meanwhile "), r.now, r.effects).ok());
  text::apply(*r.shown, insert(0, "typed meanwhile "));
  CHECK(r.text() == "typed meanwhile hello world!");
  CHECK(r.tick_until_still() > 5);
  CHECK(r.shown->str() == r.text());
  REQUIRE(r.hub.apply(*r.peer.document(r.id)->since(r.hub.known())).ok());
  CHECK(r.text() == r.hub.text().str());
}

TEST_CASE("a long past that reaches behind the text that came is unfolded in steps, before what one lacks is taken from it") {
  const bool has_past = GENERATE(false, true);
  SlowReader r;
  REQUIRE(r.asked().size() == 1);
  r.answer(has_past ? r.hub.encode() : r.hub.encode_text(0));
  REQUIRE(r.peer.document(r.id)->has_past() == has_past);
  r.watch();
  r.type_beside_hub();
  for (std::uint64_t n = 0; n < 2000; ++n)
    REQUIRE(r.hub.edit(ReplicaId(20), insert(n % 2 == 0 ? 0 : r.hub.text().size().value / 2, "w")).ok());
  r.come_back();
  r.answer(r.hub.encode());  // of which only the text is read
  CHECK(r.text() == "hello world!");
  CHECK(r.tick_until_still() > 5);
  CHECK(r.shown->str() == r.hub.text().str());
  CHECK(r.text() == r.hub.text().str());
}

TEST_CASE("an edit that begins before the text brings the history, and what was written meanwhile stays") {
  Reader r;
  r.serve();
  REQUIRE(r.peer.edit(r.id, insert(11, "!"), r.now, r.effects).ok());
  const merge::Change mine = exchange::to_merge(r.sent<wire::FileEdit>().at(0).change);
  r.effects.clear();
  r.tell({ReplicaId(9), Seq(0), r.old, {{text::Chars(5), text::Chars(0), " dear"}}});
  CHECK(r.text() == "hello world!");
  const auto fetches = r.asked();
  REQUIRE(fetches.size() == 1);
  CHECK_FALSE(fetches[0].text);
  r.answer(r.hub.encode());
  CHECK(r.peer.document(r.id)->has_past());
  REQUIRE(r.hub.apply({&mine, 1}).ok());
  CHECK(r.text() == r.hub.text().str());
  REQUIRE(r.peer.undo(r.id, r.now, r.effects).ok());
  CHECK(r.text().find('!') == std::string::npos);
  CHECK(r.text().find("dear") != std::string::npos);
}

TEST_CASE("nobody writes in a text that lacks what a former process wrote under the same names") {
  Reader r;
  REQUIRE(r.asked().size() == 1);
  for (const std::string& frame : wire::encode_history(r.id, r.hub.encode_text(0)))
    r.peer.step(BinaryFrame{frame}, r.now, r.effects);
  r.tell({ReplicaId(7), Seq(0), r.old, {{text::Chars(5), text::Chars(0), " dear"}}});
  r.hear(wire::Fetched{r.id, 1, exchange::check_of(r.id, r.hub)});
  CHECK(r.peer.document(r.id) == nullptr);
  r.serve();
  CHECK(r.text() == r.hub.text().str());
  REQUIRE(r.peer.edit(r.id, insert(0, "!"), r.now, r.effects).ok());
  CHECK(r.sent<wire::FileEdit>().at(0).change.seq == 5);
}

TEST_CASE("a repair is not finished under names that are given up: what else is refused bears those of the text that is here") {
  Reader r;
  r.serve();
  r.peer.want_past(r.id, r.now, r.effects);
  REQUIRE(r.asked().size() == 1);
  REQUIRE(r.peer.edit(r.id, insert(11, "!"), r.now, r.effects).ok());
  REQUIRE(r.peer.edit(r.id, insert(0, "?"), r.now, r.effects).ok());
  r.hear(wire::Reject{1, wire::ErrorName::denied, "you are a viewer", {}});
  r.answer(r.hub.encode());
  CHECK(r.text() == "?hello world!");
}

TEST_CASE("who is far behind and has written nothing gets the newer text instead of what is missing") {
  Reader r;
  r.serve();
  r.peer.step(Closed{"cut", false, false}, r.now, r.effects);
  for (int i = 0; i < 3; ++i) REQUIRE(r.hub.edit(ann, insert(0, "new ")).ok());
  r.now += 60'000;
  r.peer.step(Tick{}, r.now, r.effects);
  r.effects.clear();
  r.peer.step(Opened{}, r.now, r.effects);
  r.hear(r.welcome());
  r.serve();
  CHECK(r.text() == "new new new hello world");
  CHECK_FALSE(r.peer.document(r.id)->has_past());
  CHECK(r.peer.state(r.id) == DocumentState::synced);
}

TEST_CASE("a text that is not what the hub has is put right once, by what differs, and nothing in it is lost") {
  Reader r;
  r.serve();
  merge::Change spoilt{ReplicaId(9), Seq(0), r.hub.version(), {{text::Chars(5), text::Chars(0), " dear old"}}};
  merge::Change meant = spoilt;
  meant.patches[0].insert = " deaf old";
  wire::FileEdit edit;
  edit.document = r.id;
  edit.change = exchange::to_wire(spoilt);
  edit.position = 2;
  r.hear(edit);
  REQUIRE(r.hub.apply({&meant, 1}).ok());
  CHECK(r.text() == "hello dear old world");
  CHECK(r.peer.state(r.id) == DocumentState::synced);  // nobody knows

  wire::Durable durable{2, std::vector{exchange::check_of(r.id, r.hub)}};
  r.hear(durable);
  CHECK(r.peer.state(r.id) == DocumentState::diverged);
  CHECK(r.peer.status().diverged == 1);
  const auto fetches = r.asked();
  REQUIRE(fetches.size() == 1);
  CHECK_FALSE(fetches[0].text);
  r.answer(r.hub.encode());
  CHECK(r.text() == "hello deaf old world");
  CHECK(r.peer.state(r.id) == DocumentState::repaired);
  const Refused* told = find_refused(r.effects);
  REQUIRE(told != nullptr);
  CHECK(told->code == ErrorCode::corrupt);
  CHECK(told->text == "r");
  r.effects.clear();
  r.hear(durable);
  CHECK(find_refused(r.effects) == nullptr);
  REQUIRE(r.peer.edit(r.id, insert(0, "> "), r.now, r.effects).ok());
  CHECK(r.peer.state(r.id) == DocumentState::pending);
}

TEST_CASE("where one of both has heard more there is nothing to compare") {
  Reader r;
  r.serve();
  const wire::TextCheck now = exchange::check_of(r.id, r.hub);
  REQUIRE(r.peer.edit(r.id, insert(0, "mine "), r.now, r.effects).ok());
  r.hear(wire::Durable{2, std::vector{now}});
  CHECK(r.peer.status().diverged == 0);
  CHECK(r.asked().empty());
}

TEST_CASE("a file of which the hub has edits that it cannot save says so") {
  Reader r;
  r.serve();
  REQUIRE(r.peer.edit(r.id, insert(0, "mine "), r.now, r.effects).ok());
  CHECK(r.peer.state(r.id) == DocumentState::pending);
  r.hear(wire::ErrorMessage{wire::ErrorName::unavailable, "Not saved: the disk is full.", false});
  CHECK(r.peer.state(r.id) == DocumentState::unsaved);
  r.hear(wire::Durable{1, {}});
  CHECK(r.peer.state(r.id) == DocumentState::pending);
}

TEST_CASE("who is told less than they have is given the history, and not the same text again and again") {
  Reader r;
  r.serve();
  const std::string older = r.hub.encode_text(0);
  r.tell({ReplicaId(9), Seq(0), r.hub.version(), {{text::Chars(11), text::Chars(0), "!"}}});
  r.peer.step(Closed{"cut"}, r.now, r.effects);
  r.now += 60'000;
  r.peer.step(Tick{}, r.now, r.effects);
  r.effects.clear();
  r.peer.step(Opened{}, r.now, r.effects);
  REQUIRE(r.hub.edit(ann, insert(0, "news: ")).ok());
  r.hear(r.welcome());
  const auto first = r.asked();
  REQUIRE(first.size() == 1);
  CHECK(first[0].text == true);
  r.answer(older);  // made before the last change; what came since follows it
  const auto second = r.asked();
  REQUIRE(second.size() == 1);
  CHECK_FALSE(second[0].text.value_or(false));
  r.answer(r.hub.encode());
  CHECK(r.asked().empty());
  CHECK(r.text() == "news: hello world!");
}

}  // namespace tutti::peer

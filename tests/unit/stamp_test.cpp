#include "sync/exchange/stamp.hpp"

#include <set>

#include "tests/support/catch.hpp"

using namespace tutti;

namespace {

exchange::StampKey key_of(std::uint8_t byte) {
  exchange::StampKey key{};
  key.fill(byte);
  return key;
}

wire::Change sample() {
  wire::Change change;
  change.replica = 3;
  change.seq = 17;
  change.parents = {{1, 4}, {2, 9}};
  change.patches = {{5, 0, "ab"}, {7, 2, ""}};
  return change;
}

struct Names {
  Random random{11};
  SessionId session = random_id<SessionId>(random);
  DocumentId document = random_id<DocumentId>(random);
  ParticipantId author = random_id<ParticipantId>(random), other = random_id<ParticipantId>(random);
};

}  // namespace

TEST_CASE("a stamp is the same for the same statement, and fits the schema") {
  const Names n;
  const auto stamp = exchange::stamp_change(key_of(1), n.session, n.document, n.author, sample());
  CHECK(stamp == exchange::stamp_change(key_of(1), n.session, n.document, n.author, sample()));
  CHECK(stamp.size() == 32);
  CHECK(stamp.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") == std::string::npos);
}

TEST_CASE("any other statement has another stamp") {
  Names n;
  std::set<std::string> stamps;
  std::size_t count = 0;
  const auto add = [&](const wire::Change& change) {
    stamps.insert(exchange::stamp_change(key_of(1), n.session, n.document, n.author, change));
    ++count;
  };
  const auto changed = [&](auto&& edit) {
    wire::Change change = sample();
    edit(change);
    add(change);
  };
  add(sample());
  changed([](auto& c) { c.replica = 4; });
  changed([](auto& c) { c.seq = 18; });
  changed([](auto& c) { c.parents.pop_back(); });
  changed([](auto& c) { c.parents[0].seq = 5; });
  changed([](auto& c) { c.parents.clear(); });
  changed([](auto& c) { c.patches[0].at = 6; });
  changed([](auto& c) { c.patches[0].erase = 1; });
  changed([](auto& c) { c.patches[0].insert = "ac"; });
  changed([](auto& c) { c.patches.pop_back(); });
  changed([](auto& c) { c.patches.push_back({0, 0, ""}); });
  // The same bytes, cut otherwise.
  changed([](auto& c) { c.patches = {{5, 0, "a"}, {0, 0, "b"}, {7, 2, ""}}; });
  stamps.insert(exchange::stamp_change(key_of(2), n.session, n.document, n.author, sample()));
  stamps.insert(exchange::stamp_change(key_of(1), n.session, n.document, n.other, sample()));
  stamps.insert(exchange::stamp_change(key_of(1), SessionId{n.document.bytes}, n.document, n.author, sample()));
  stamps.insert(exchange::stamp_change(key_of(1), n.session, DocumentId{n.session.bytes}, n.author, sample()));
  stamps.insert(exchange::stamp_replica(key_of(1), n.session, ReplicaId(3), n.author));
  stamps.insert(exchange::stamp_replica(key_of(1), n.session, ReplicaId(3), n.other));
  stamps.insert(exchange::stamp_replica(key_of(1), n.session, ReplicaId(4), n.author));
  stamps.insert(exchange::stamp_replica(key_of(2), n.session, ReplicaId(3), n.author));
  CHECK(stamps.size() == count + 8);
}

TEST_CASE("stamps are compared whole") {
  CHECK(exchange::same_stamp("abc", "abc"));
  CHECK(exchange::same_stamp("", ""));
  CHECK_FALSE(exchange::same_stamp("abc", "abd"));
  CHECK_FALSE(exchange::same_stamp("abc", "ab"));
  CHECK_FALSE(exchange::same_stamp("", "a"));
}

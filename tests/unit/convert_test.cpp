#include "sync/exchange/convert.hpp"

#include "tests/support/catch.hpp"

using namespace tutti;

TEST_CASE("a change goes to the wire and back unchanged") {
  merge::Change change;
  change.replica = ReplicaId(3);
  change.seq = Seq(9);
  change.parents = {{ReplicaId(1), Seq(2)}, {ReplicaId(4), Seq(0)}};
  change.patches = {{text::Chars(1), text::Chars(2), "ü"}, {text::Chars(0), text::Chars(0), "x"}};
  const wire::Change wired = exchange::to_wire(change);
  CHECK(wired.replica == 3);
  CHECK(wired.seq == 9);
  CHECK(wired.patches.at(0).at == 1);
  CHECK(wired.patches.at(0).erase == 2);
  CHECK(exchange::to_merge(wired) == change);
}

TEST_CASE("what others say to know is sorted; of two claims the smaller counts") {
  const merge::Known known = exchange::to_merge({{7, 3}, {2, 5}, {7, 1}, {4, 0}, {2, 5}});
  CHECK(known == merge::Known{{ReplicaId(2), Seq(5)}, {ReplicaId(7), Seq(1)}});
  CHECK(exchange::to_merge(exchange::to_wire(known)) == known);
}

TEST_CASE("versions keep their order") {
  const merge::Version version = {{ReplicaId(1), Seq(5)}, {ReplicaId(9), Seq(0)}};
  CHECK(exchange::version_to_merge(exchange::version_to_wire(version)) == version);
}

TEST_CASE("every error has its name on the wire") {
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::invalid)) == "invalid");
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::not_found)) == "not_found");
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::denied)) == "denied");
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::conflict)) == "conflict");
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::gap)) == "gap");
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::limit)) == "limit");
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::unavailable)) == "unavailable");
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::corrupt)) == "corrupt");
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::version)) == "version");
  CHECK(wire::to_string(exchange::to_wire(ErrorCode::io)) == "io");
}

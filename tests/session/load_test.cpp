#include <map>

#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

namespace {

/// A session with some history: several writers, renames, deletions, refusals.
Stage played(std::uint64_t seed) {
  Stage stage;
  Random random(seed);
  Seat* seats[] = {&stage.join(member("Ada")), &stage.join(member("Bob")), &stage.join(member("Cid", wire::Role::viewer))};
  std::vector<DocumentId> documents;
  std::map<std::pair<std::uint64_t, DocumentId>, Writer> writers;
  for (int i = 0; i < 400; ++i) {
    Seat& seat = *seats[random.below(3)];
    if (documents.empty() || random.chance(10)) {
      wire::FileCreate made;
      made.document = random_id<DocumentId>(random);
      made.path = "f" + std::to_string(random.below(60));
      made.traits.executable = random.chance(50);
      stage.request(seat, made);
      if (seat.take<wire::Received>().size() == 1) documents.push_back(made.document);
      continue;
    }
    const DocumentId document = documents[random.below(documents.size())];
    if (random.chance(5)) {
      wire::FileRename moved;
      moved.document = document;
      moved.path = "g" + std::to_string(random.below(60));
      stage.request(seat, moved);
    } else if (random.chance(2)) {
      wire::FileDelete gone;
      gone.document = document;
      stage.request(seat, gone);
    } else if (seat.member.role != wire::Role::viewer && stage.session->text(document).ok()) {
      Writer& writer = writers[{seat.welcome.replica, document}];
      writer.replica = ReplicaId(seat.welcome.replica);
      writer.document = document;
      const std::uint64_t size = writer.text.text().size().value;
      const bool erases = size > 0 && random.chance(30);
      stage.request(seat, erases ? writer.erase(random.below(size), 1) : writer.insert(random.below(size + 1), "ab\n"));
    }
  }
  stage.commit();
  return stage;
}

std::string why_corrupt(record::SessionImage image) {
  Result<Session> loaded = Session::load(std::move(image), {});
  if (loaded.ok()) return "";
  CHECK(loaded.error().code == ErrorCode::corrupt);
  return loaded.error().message;
}

}  // namespace

TEST_CASE("what is loaded is what was there") {
  for (const std::uint64_t seed : {1, 2, 3, 4, 5}) {
    INFO("seed " << seed);
    const Stage before = played(seed);
    REQUIRE(before.facts.size() > 50);
    Stage after = before.crash();
    CHECK(after.session->documents() == before.session->documents());
    std::size_t chars = 0;
    for (const wire::DocumentInfo& info : before.session->documents()) {
      CHECK(*after.session->text(info.document) == *before.session->text(info.document));
      chars += info.chars;
    }
    CHECK(chars > 0);
    CHECK(after.session->all_durable());
    for (const Seat& seat : before.seats) {
      const Seat& again = after.join(seat.member, wire::Resume{seat.welcome.replica, seat.welcome.key});
      CHECK(again.welcome.resumed);
      CHECK(again.welcome.request == seat.request);
      CHECK(again.welcome.position == before.committed.value);
    }
  }
}

TEST_CASE("a session that does not hold together is an error, never an empty session") {
  const record::SessionImage good = played(1).image();
  REQUIRE(why_corrupt(good).empty());
  REQUIRE(good.changes.size() > 5);
  const auto spoiled = [&](auto&& spoil) {
    record::SessionImage image = good;
    spoil(image);
    return !why_corrupt(std::move(image)).empty();
  };
  CHECK(spoiled([](auto& i) { i.documents.push_back(i.documents[0]); }));
  CHECK(spoiled([](auto& i) {
    record::DocumentRow copy = i.documents[0];
    copy.document = document_id(1);
    copy.deleted = false;
    i.documents[0].deleted = false;
    i.documents.push_back(copy);
  }));
  CHECK(spoiled([](auto& i) { i.replicas.push_back(i.replicas[0]); }));
  CHECK(spoiled([](auto& i) { i.replicas.clear(); }));
  CHECK(spoiled([](auto& i) { i.replicas[0].replica = ReplicaId(0); }));
  CHECK(spoiled([](auto& i) { i.reserved_replicas = 1; }));
  CHECK(spoiled([](auto& i) { i.changes[0].document = document_id(404); }));
  CHECK(spoiled([](auto& i) { i.changes[0].author = ParticipantId{}; }));
  CHECK(spoiled([](auto& i) { i.changes[0].replica += 1; }));
  CHECK(spoiled([](auto& i) { i.changes[0].seq += 1; }));
  CHECK(spoiled([](auto& i) { i.changes[0].events += 1; }));
  CHECK(spoiled([](auto& i) { i.changes[0].body = "{}"; }));
  CHECK(spoiled([](auto& i) { i.changes[0].body.clear(); }));
  CHECK(spoiled([](auto& i) { i.changes[0].body.pop_back(); }));
  CHECK(spoiled([](auto& i) { i.changes.erase(i.changes.begin()); }));
  CHECK(spoiled([](auto& i) { i.documents.clear(); }));
}

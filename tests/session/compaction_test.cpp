// Histories are put together while a session goes on, and what comes back is the same session.
#include "sync/session/compaction.hpp"

#include "sync/store/facts.hpp"
#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

namespace {

/// A stage, and the store behind it.
struct Kept {
  explicit Kept(const Limits& limits) : stage(limits) {}

  void commit() {
    stage.commit();
    const std::vector<record::Fact> fresh(stage.facts.begin() + static_cast<std::ptrdiff_t>(stored), stage.facts.end());
    REQUIRE(log.append(fresh).ok());
    stored = stage.facts.size();
  }
  Compact asked() {
    REQUIRE(stage.compacts.size() == 1);
    const Compact what = stage.compacts.front();
    stage.compacts.clear();
    return what;
  }
  std::size_t carry_out(const Compact& what) {
    const auto row = compacted(what.document, *log.history(what.document, what.upto), what.upto, {});
    REQUIRE(row.ok());
    REQUIRE(log.compact(*row).ok());
    return row->body.size();
  }
  [[nodiscard]] record::SessionImage image() const {
    record::SessionImage image = log.image();
    image.session = stage.session->id();
    image.reserved_replicas = stage.reserved;
    return image;
  }

  Stage stage;
  store::FactLog log;
  std::size_t stored = 0;
};

Limits small() {
  Limits limits;
  limits.compact_bytes = 4096;
  return limits;
}

}  // namespace

TEST_CASE("a long tail is put into a snapshot once it is durable, one at a time") {
  Kept kept(small());
  Stage& stage = kept.stage;
  Seat& ada = stage.join(member("Ada"));
  Writer hers{ReplicaId(ada.welcome.replica), stage.create(ada, "f.txt")};
  for (std::uint64_t i = 0; i < 100; ++i) stage.request(ada, hers.insert(i, "x"));
  CHECK(stage.compacts.empty());  // nothing of it is durable
  kept.commit();
  const Compact first = kept.asked();
  CHECK(first.document == hers.document);
  CHECK(first.upto == stage.committed);
  for (std::uint64_t i = 0; i < 100; ++i) stage.request(ada, hers.insert(0, "y"));
  kept.commit();
  CHECK(stage.compacts.empty());  // one is under way
  const std::size_t bytes = kept.carry_out(first);
  stage.step(Compacted{hers.document, bytes});
  CHECK(kept.log.image().changes.size() == 100);

  Stage again(small(), kept.image(), 2);
  CHECK(*again.session->text(hers.document) == hers.text.text().str());
  CHECK(again.session->documents() == stage.session->documents());
}

TEST_CASE("a compaction that fails is asked for again when as much has come again") {
  Kept kept(small());
  Stage& stage = kept.stage;
  Seat& ada = stage.join(member("Ada"));
  Writer hers{ReplicaId(ada.welcome.replica), stage.create(ada, "f.txt")};
  const auto type = [&](int keys) {
    for (int i = 0; i < keys; ++i) stage.request(ada, hers.insert(0, "x"));
    kept.commit();
  };
  type(40);
  stage.step(Compacted{kept.asked().document, 0});
  type(1);
  CHECK(stage.compacts.empty());
  type(40);
  CHECK(kept.asked().upto == stage.committed);
}

TEST_CASE("whoever was away since before the snapshot merges as ever, also after a restart") {
  Kept kept(small());
  Stage& stage = kept.stage;
  Seat& ada = stage.join(member("Ada"));
  Writer hers{ReplicaId(ada.welcome.replica), stage.create(ada, "f.txt")};
  stage.request(ada, hers.insert(0, "base "));
  Seat& bob = stage.join(member("Bob"));
  Writer his{ReplicaId(bob.welcome.replica), hers.document};
  his.text = std::move(*merge::Document::decode(hers.text.encode()));
  const wire::FileEdit late = his.insert(5, "late");
  for (int i = 0; i < 200; ++i) stage.request(ada, hers.insert(0, "x"));
  kept.commit();
  kept.carry_out(kept.asked());
  Stage again(small(), kept.image(), 2);
  Seat& back = again.join(bob.member, wire::Resume{bob.welcome.replica, bob.welcome.key});
  again.request(back, late);
  CHECK(back.take<wire::Received>().size() == 1);
  hers.take(late);
  CHECK(*again.session->text(hers.document) == hers.text.text().str());
}

TEST_CASE("a snapshot that is not what its row says is never opened as something else") {
  Kept kept(small());
  Stage& stage = kept.stage;
  Seat& ada = stage.join(member("Ada"));
  Writer hers{ReplicaId(ada.welcome.replica), stage.create(ada, "f.txt")};
  for (int i = 0; i < 100; ++i) stage.request(ada, hers.insert(0, "some text "));
  kept.commit();
  kept.carry_out(kept.asked());
  const auto refused = [&](const std::function<void(record::SnapshotRow&)>& spoil) {
    record::SessionImage image = kept.image();
    spoil(image.snapshots.front());
    const auto loaded = Session::load(std::move(image), {});
    REQUIRE_FALSE(loaded.ok());
    CHECK(loaded.error().code == ErrorCode::corrupt);
  };
  refused([](record::SnapshotRow& row) { row.body.clear(); });
  refused([](record::SnapshotRow& row) { row.body.resize(row.body.size() / 2); });
  refused([](record::SnapshotRow& row) { row.body[row.body.size() / 2] ^= 1; });
  refused([](record::SnapshotRow& row) { row.events -= 1; });
  refused([](record::SnapshotRow& row) { row.body = merge::Document().encode(); });
  refused([](record::SnapshotRow& row) { row.document = document_id(4711); });
}

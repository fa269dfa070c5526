// One body over every store: what the hub relies on, whatever keeps it.
#include <nlohmann/json.hpp>

#include "tests/store/stores.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

using Body = void (*)(store::Store&);

void over_every_store(Body body) {
  for (const auto& maker : store_makers()) {
    DYNAMIC_SECTION(maker.name) {
      const Folder folder;
      const auto store = maker.make(folder);
      body(*store);
    }
  }
}

template <class T>
ErrorCode code_of(const Result<T>& result) {
  REQUIRE_FALSE(result.ok());
  return result.error().code;
}

}  // namespace

TEST_CASE("A session comes back as it was put") {
  over_every_store([](store::Store& store) {
    Random random(1);
    const auto begun = begin_session(store, random, "100%_sure 'quoted' \xe2\x98\x83");
    auto row = store.session(begun.session);
    REQUIRE(row.ok());
    CHECK(row->name == "100%_sure 'quoted' \xe2\x98\x83");
    CHECK(row->settings == "{}");
    row->settings = R"({"a":1})";
    row->is_public = true;
    row->expires_at = 5000;
    row->password_hash = "hash";
    REQUIRE(store.update_session(*row).ok());
    auto again = *store.session(begun.session);
    CHECK(nlohmann::json::parse(again.settings) == nlohmann::json::parse(row->settings));
    again.settings = row->settings;
    CHECK(again == *row);

    CHECK(code_of(store.session(random_id<SessionId>(random))) == ErrorCode::not_found);
    auto stranger = *row;
    stranger.id = random_id<SessionId>(random);
    CHECK(code_of(store.update_session(stranger)) == ErrorCode::not_found);
    CHECK(store.session_ids()->size() == 1);
  });
}

TEST_CASE("Sessions are listed to those who take part and searched literally") {
  over_every_store([](store::Store& store) {
    Random random(2);
    const auto mine = begin_session(store, random, "50% off");
    const auto other = begin_session(store, random, "500 off");
    CHECK(store.sessions(mine.owner, "", 10)->size() == 1);
    CHECK(store.sessions(mine.owner, "50%", 10)->size() == 1);
    CHECK(store.sessions(mine.owner, "500", 10)->empty());
    auto row = *store.session(other.session);
    row.is_public = true;
    row.created_at = 2000;
    REQUIRE(store.update_session(row).ok());
    CHECK(store.sessions(mine.owner, "OFF", 10)->size() == 2);
    CHECK(store.sessions(mine.owner, "off", 1)->size() == 1);
  });
}

TEST_CASE("Creating a session twice is refused and leaves the first one") {
  over_every_store([](store::Store& store) {
    Random random(3);
    const auto begun = begin_session(store, random, "first");
    store::SessionRow again = *store.session(begun.session);
    again.name = "second";
    store::Admission owner;
    owner.participant = *store.participant(begun.session, begun.owner);
    CHECK(code_of(store.create_session(again, owner)) == ErrorCode::conflict);
    CHECK(store.session(begun.session)->name == "first");
  });
}

TEST_CASE("Participants have one row per session, and removing one revokes what let them in") {
  over_every_store([](store::Store& store) {
    Random random(4);
    const auto begun = begin_session(store, random);
    store::Admission guest;
    guest.guest = store::UserRow{random_id<ParticipantId>(random), "Grace", wire::Kind::person, 2000};
    guest.participant = {begun.session, guest.guest->id, wire::Kind::person, wire::Role::viewer, 2000, 2000, ""};
    guest.tokens.push_back(token_row(random, store::TokenKind::participant));
    guest.tokens.back().session = begun.session;
    guest.tokens.back().user = guest.guest->id;
    REQUIRE(store.admit(guest).ok());
    auto row = store.participant(begun.session, guest.guest->id);
    REQUIRE(row.ok());
    CHECK(row->name == "Grace");
    CHECK(row->role == wire::Role::viewer);

    row->role = wire::Role::editor;
    row->last_active = 3000;
    REQUIRE(store.put_participant(*row).ok());
    CHECK(store.participants(begun.session)->size() == 2);
    CHECK(*store.participant(begun.session, guest.guest->id) == *row);

    CHECK(store.token(guest.tokens.back().hash, 3000).ok());
    REQUIRE(store.remove_participant(begun.session, guest.guest->id).ok());
    CHECK(code_of(store.token(guest.tokens.back().hash, 3000)) == ErrorCode::denied);
    CHECK(code_of(store.participant(begun.session, guest.guest->id)) == ErrorCode::not_found);
    CHECK(code_of(store.remove_participant(begun.session, guest.guest->id)) == ErrorCode::not_found);
  });
}

TEST_CASE("An agent is a participant of its own kind") {
  over_every_store([](store::Store& store) {
    Random random(5);
    const auto begun = begin_session(store, random);
    const store::UserRow agent{random_id<ParticipantId>(random), "Robot", wire::Kind::agent, 1};
    REQUIRE(store.put_user(agent).ok());
    CHECK(*store.user(agent.id) == agent);
    store::ParticipantRow row{begun.session, agent.id, wire::Kind::agent, wire::Role::agent, 1, 1, "Robot"};
    REQUIRE(store.put_participant(row).ok());
    CHECK(*store.participant(begun.session, agent.id) == row);
    row.user = random_id<ParticipantId>(random);
    CHECK(code_of(store.put_participant(row)) == ErrorCode::not_found);
    row.user = agent.id;
    row.session = random_id<SessionId>(random);
    CHECK(code_of(store.put_participant(row)) == ErrorCode::not_found);
  });
}

TEST_CASE("A token is valid until it expires, is used up or is revoked") {
  over_every_store([](store::Store& store) {
    Random random(6);
    const auto begun = begin_session(store, random);
    auto ticket = token_row(random, store::TokenKind::ticket);
    ticket.session = begun.session;
    ticket.user = begun.owner;
    ticket.expires_at = 1030;
    ticket.uses_left = 1;
    REQUIRE(store.put_token(ticket).ok());
    CHECK(code_of(store.put_token(ticket)) == ErrorCode::conflict);
    CHECK(*store.token(ticket.hash, 1029) == ticket);
    CHECK(code_of(store.token(ticket.hash, 1030)) == ErrorCode::denied);
    CHECK(code_of(store.redeem(ticket.hash, 1030)) == ErrorCode::denied);
    const auto taken = store.redeem(ticket.hash, 1029);
    REQUIRE(taken.ok());
    CHECK(taken->uses_left == 0U);
    CHECK(code_of(store.redeem(ticket.hash, 1029)) == ErrorCode::denied);

    auto endless = token_row(random, store::TokenKind::user);
    endless.user = begun.owner;
    REQUIRE(store.put_token(endless).ok());
    CHECK(*store.redeem(endless.hash, 1) == endless);
    CHECK(*store.redeem(endless.hash, 1LL << 40) == endless);
    REQUIRE(store.revoke_token(endless.hash).ok());
    CHECK(code_of(store.redeem(endless.hash, 1)) == ErrorCode::denied);
    CHECK(code_of(store.revoke_token(token_row(random, store::TokenKind::user).hash)) == ErrorCode::not_found);

    auto mine = token_row(random, store::TokenKind::user);
    mine.user = begun.owner;
    REQUIRE(store.put_token(mine).ok());
    REQUIRE(store.revoke_tokens_of(begun.owner).ok());
    CHECK(code_of(store.redeem(mine.hash, 1)) == ErrorCode::denied);
  });
}

TEST_CASE("Links are listed and revoked by their id, in their session only") {
  over_every_store([](store::Store& store) {
    Random random(7);
    const auto begun = begin_session(store, random);
    const auto other = begin_session(store, random, "other");
    auto link = token_row(random, store::TokenKind::link);
    link.session = begun.session;
    link.role = wire::Role::editor;
    link.password_hash = "argon";
    REQUIRE(store.put_token(link).ok());
    REQUIRE(store.links(begun.session)->size() == 1);
    CHECK(store.links(begun.session)->front() == link);
    CHECK(store.links(other.session)->empty());
    CHECK(code_of(store.revoke_link(other.session, link.id)) == ErrorCode::not_found);
    REQUIRE(store.revoke_link(begun.session, link.id).ok());
    CHECK(store.links(begun.session)->empty());
    CHECK(code_of(store.revoke_link(begun.session, link.id)) == ErrorCode::not_found);
    CHECK(code_of(store.token(link.hash, 1)) == ErrorCode::denied);

    auto lost = token_row(random, store::TokenKind::link);
    lost.session = random_id<SessionId>(random);
    CHECK(code_of(store.put_token(lost)) == ErrorCode::not_found);
  });
}

TEST_CASE("Deleting a session takes everything of it") {
  over_every_store([](store::Store& store) {
    Random random(8);
    const auto begun = begin_session(store, random);
    auto link = token_row(random, store::TokenKind::link);
    link.session = begun.session;
    REQUIRE(store.put_token(link).ok());
    const auto document = random_id<DocumentId>(random);
    const std::vector facts{fact(1, {document_row(document, "a.txt")}), fact(2, {change_row(document, 1, 0, "x")})};
    REQUIRE(store.append(begun.session, facts).ok());
    REQUIRE(store.delete_session(begun.session).ok());
    CHECK(code_of(store.load(begun.session)) == ErrorCode::not_found);
    CHECK(code_of(store.append(begun.session, facts)) == ErrorCode::not_found);
    CHECK(code_of(store.token(link.hash, 1)) == ErrorCode::denied);
    CHECK(code_of(store.delete_session(begun.session)) == ErrorCode::not_found);
  });
}

TEST_CASE("An image is what the facts amount to") {
  over_every_store([](store::Store& store) {
    Random random(9);
    const auto begun = begin_session(store, random);
    const auto a = random_id<DocumentId>(random);
    const auto b = random_id<DocumentId>(random);
    auto moved = document_row(b, "c/d.txt");
    moved.traits = {wire::Eol::crlf, true, true};
    auto gone = document_row(a, "a.txt");
    gone.deleted = true;
    const std::string awkward("\0 body \xff", 8);
    const auto ada = ParticipantId{{1}};
    REQUIRE(store
                .append(begun.session,
                        std::vector{fact(1, {document_row(a, "a.txt"), document_row(b, "b.txt")}),
                                    fact(2, {change_row(b, 2, 0, awkward), change_row(a, 1, 0, "first"),
                                             record::ReplicaRow{ReplicaId(1), ada, RequestId(1)}}),
                                    fact(7, {moved, gone, record::ReplicaRow{ReplicaId(1), ada, RequestId(9), true}})})
                .ok());
    REQUIRE(store.append(begun.session, std::vector{fact(8, {change_row(b, 2, 1, "")})}).ok());
    REQUIRE(store.reserve_replicas(begun.session, 1024).ok());
    REQUIRE(store.reserve_replicas(begun.session, 512).ok());

    const auto image = store.load(begun.session);
    REQUIRE(image.ok());
    CHECK(image->session == begun.session);
    CHECK(image->name == "orchestra");
    CHECK(image->position == Position(8));
    CHECK(image->reserved_replicas == 1024);
    REQUIRE(image->documents.size() == 2);
    CHECK((image->documents[0] == (a < b ? gone : moved)));
    CHECK((image->documents[1] == (a < b ? moved : gone)));
    CHECK((image->changes == std::vector{change_row(b, 2, 0, awkward), change_row(a, 1, 0, "first"), change_row(b, 2, 1, "")}));
    CHECK((image->replicas == std::vector{record::ReplicaRow{ReplicaId(1), ada, RequestId(9), true}}));
  });
}

TEST_CASE("A fresh session is empty, an unknown one is not") {
  over_every_store([](store::Store& store) {
    Random random(10);
    const auto begun = begin_session(store, random);
    const auto image = store.load(begun.session);
    REQUIRE(image.ok());
    CHECK(image->position == Position(0));
    CHECK(image->documents.empty());
    CHECK(code_of(store.load(random_id<SessionId>(random))) == ErrorCode::not_found);
    CHECK(code_of(store.reserve_replicas(random_id<SessionId>(random), 4)) == ErrorCode::not_found);
  });
}

TEST_CASE("Facts are kept all or none, and a retry is exact") {
  over_every_store([](store::Store& store) {
    Random random(11);
    const auto begun = begin_session(store, random);
    const auto a = random_id<DocumentId>(random);
    const std::vector first{fact(1, {document_row(a, "a.txt")}), fact(2, {change_row(a, 1, 0, "x")})};
    REQUIRE(store.append(begun.session, first).ok());
    REQUIRE(store.append(begun.session, first).ok());  // the answer was lost, say
    REQUIRE(store.append(begun.session, std::vector{first[1], fact(3, {change_row(a, 1, 1, "y")})}).ok());
    CHECK(store.load(begun.session)->changes.size() == 2);

    const auto refused = [&](std::vector<record::Fact> facts) {
      const auto before = *store.load(begun.session);
      CHECK(code_of(store.append(begun.session, facts)) == ErrorCode::conflict);
      const auto after = *store.load(begun.session);
      CHECK(after.position == before.position);
      CHECK(after.changes == before.changes);
      CHECK(after.documents == before.documents);
    };
    refused({fact(4, {document_row(a, "b.txt"), change_row(a, 1, 2, "z")}), fact(5, {change_row(a, 1, 0, "not x")})});
    refused({fact(4, {change_row(a, 1, 2, "z")}), fact(5, {change_row(random_id<DocumentId>(random), 1, 0, "lost")})});
    refused({fact(2, {change_row(a, 1, 0, "other")})});
    refused({fact(3, {change_row(a, 9, 0, "never kept")})});

    // The same change under a later position is passed over: it was handed back by somebody else.
    REQUIRE(store.append(begun.session, std::vector{fact(4, {change_row(a, 1, 0, "x")})}).ok());
    CHECK(store.load(begun.session)->changes.size() == 2);
    CHECK(store.load(begun.session)->position == Position(4));
  });
}

TEST_CASE("A snapshot takes the place of exactly what it holds") {
  over_every_store([](store::Store& store) {
    Random random(12);
    const auto begun = begin_session(store, random);
    const auto a = random_id<DocumentId>(random);
    const auto b = random_id<DocumentId>(random);
    REQUIRE(store
                .append(begun.session, std::vector{fact(1, {document_row(a, "a.txt"), document_row(b, "b.txt")}),
                                                   fact(2, {change_row(a, 1, 0, "x"), change_row(b, 1, 0, "other")}),
                                                   fact(3, {change_row(a, 1, 1, "y")}), fact(5, {change_row(a, 1, 2, "z")})})
                .ok());
    const auto history = [&](std::uint64_t upto) { return *store.history(begun.session, a, Position(upto)); };
    CHECK((history(3).changes == std::vector{change_row(a, 1, 0, "x"), change_row(a, 1, 1, "y")}));
    CHECK_FALSE(history(3).snapshot.has_value());

    const std::string body("\0 a text \xff", 10);
    const auto snapshot = [&](std::uint64_t position, std::uint64_t events) {
      return record::SnapshotRow{a, Position(position), events, body};
    };
    const auto refused = [&](const record::SnapshotRow& row) {
      const auto before = *store.load(begun.session);
      const auto status = store.compact(begun.session, row);
      REQUIRE_FALSE(status.ok());
      CHECK(status.error().code == ErrorCode::conflict);
      CHECK(store.load(begun.session)->changes == before.changes);
      CHECK(store.load(begun.session)->snapshots == before.snapshots);
    };
    refused(snapshot(3, 0));  // an empty one
    refused(snapshot(3, 1));
    refused(snapshot(3, 3));
    refused(snapshot(6, 3));  // of a position that is not there
    REQUIRE(store.compact(begun.session, snapshot(3, 2)).ok());
    auto image = *store.load(begun.session);
    CHECK((image.snapshots == std::vector{snapshot(3, 2)}));
    CHECK((image.changes == std::vector{change_row(b, 1, 0, "other"), change_row(a, 1, 2, "z")}));
    CHECK(image.position == Position(5));

    CHECK((history(5).changes == std::vector{change_row(a, 1, 2, "z")}));
    CHECK((history(5).snapshot == snapshot(3, 2)));
    CHECK(code_of(store.history(begun.session, a, Position(2))) == ErrorCode::conflict);
    CHECK(code_of(store.history(begun.session, random_id<DocumentId>(random), Position(5))) == ErrorCode::not_found);
    refused(snapshot(5, 1));  // forgets what the first one holds
    refused(snapshot(2, 2));
    REQUIRE(store.compact(begun.session, snapshot(5, 3)).ok());
    image = *store.load(begun.session);
    CHECK((image.snapshots == std::vector{snapshot(5, 3)}));
    CHECK((image.changes == std::vector{change_row(b, 1, 0, "other")}));

    REQUIRE(store.append(begun.session, std::vector{fact(6, {change_row(a, 1, 3, "on")})}).ok());
    CHECK((store.load(begun.session)->changes.back() == change_row(a, 1, 3, "on")));
    REQUIRE(store.delete_session(begun.session).ok());
    CHECK(code_of(store.history(begun.session, a, Position(5))) == ErrorCode::not_found);
  });
}

TEST_CASE("Random appends, retries and refusals leave what a plain list says") {
  const std::uint64_t seed = 20240611;
  CAPTURE(seed);
  for (const auto& maker : store_makers()) {
    const Folder folder;
    const auto store = maker.make(folder);
    Random random(seed);
    const auto begun = begin_session(*store, random);
    const auto a = random_id<DocumentId>(random);
    std::vector<record::Fact> kept{fact(1, {document_row(a, "a.txt")})};
    REQUIRE(store->append(begun.session, kept).ok());
    for (int round = 0; round < 60; ++round) {
      std::vector<record::Fact> group;
      const auto from = random.below(kept.size()) + 1;
      if (random.chance(30)) group.assign(kept.begin() + static_cast<std::ptrdiff_t>(from), kept.end());
      const auto fresh = random.below(5);
      for (std::uint64_t i = 0; i < fresh; ++i) {
        const auto at = kept.size() + 1;
        kept.push_back(fact(at, {change_row(a, 1, at, std::to_string(random.next()))}));
        group.push_back(kept.back());
      }
      REQUIRE(store->append(begun.session, group).ok());
    }
    const auto image = *store->load(begun.session);
    REQUIRE(image.changes.size() == kept.size() - 1);
    for (std::size_t i = 0; i < image.changes.size(); ++i) {
      CHECK(image.changes[i] == std::get<record::ChangeRow>(kept[i + 1].rows[0]));
    }
  }
}

TEST_CASE("Hubs are known by their addresses while they say that they are there") {
  over_every_store([](store::Store& store) {
    CHECK(store.hubs(0, 8)->empty());
    for (const auto& [url, at] : {std::pair("https://a", 100), {"https://b", 200}, {"https://c", 150}, {"https://a", 300}})
      REQUIRE(store.announce(url, at).ok());
    CHECK(*store.hubs(0, 8) == std::vector<std::string>{"https://a", "https://b", "https://c"});
    CHECK(*store.hubs(200, 8) == std::vector<std::string>{"https://a", "https://b"});
    CHECK(*store.hubs(0, 1) == std::vector<std::string>{"https://a"});
    CHECK_FALSE(*store.served());
    CHECK(store.hold().ok());
  });
}

TEST_CASE("The stamp key is made once") {
  over_every_store([](store::Store& store) {
    const auto key = store.stamp_key();
    REQUIRE(key.ok());
    CHECK(*key != std::array<std::uint8_t, 32>{});
    CHECK(*store.stamp_key() == *key);
    CHECK(store.ping().ok());
  });
}

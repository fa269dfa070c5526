// The journal's bytes on their own, and what a peer makes of them.
#include "protocol/base/random.hpp"
#include "protocol/wire/bulk.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/peer/journal/frame.hpp"
#include "sync/peer/peer.hpp"
#include "tests/support/catch.hpp"

namespace tutti::peer {
namespace {

Config config_with_journal() {
  Config config;
  config.journal = journal::Owner{SessionId{{1}}, ParticipantId{{2}}, "http://hub"};
  return config;
}

wire::FileCreate created_by_another(DocumentId document, const std::string& path) {
  wire::FileCreate create;
  create.position = 4;
  create.document = document;
  create.path = path;
  return create;
}

/// A peer whose journal is a string, and what it sent.
struct Desk {
  explicit Desk(Peer p) : peer(std::move(p)) {
    peer.start(now, effects);
    gather();
  }
  Desk() : Desk(Peer(config_with_journal())) {}

  void gather() {
    for (const Effect& effect : std::exchange(effects, {})) {
      if (const auto* journal = std::get_if<Journal>(&effect)) {
        if (journal->anew) file.clear();
        file += journal->bytes;
        number = journal->number;
      } else if (const auto* send = std::get_if<SendText>(&effect)) {
        auto message = wire::decode_up(*send->frame);
        if (auto* edit = message ? std::get_if<wire::FileEdit>(&*message) : nullptr) sent.push_back(*edit);
        if (auto* hello = message ? std::get_if<wire::Hello>(&*message) : nullptr) hellos.push_back(*hello);
      } else if (const auto* lost = std::get_if<Refused>(&effect)) {
        refused.push_back(*lost);
      }
    }
  }
  template <class Message>
  void hear(const Message& message) {
    const std::string frame = wire::encode(message);
    peer.step(TextFrame{frame}, now, effects);
    gather();
  }
  void welcome(std::uint32_t replica, std::vector<wire::DocumentInfo> documents = {}, std::string incarnation = {}) {
    peer.step(Opened{}, now, effects);
    wire::Welcome message;
    message.protocol = wire::kProtocolVersion;
    message.you.role = wire::Role::editor;
    message.replica = replica;
    message.key = "key" + std::to_string(replica);
    message.resumed = true;
    message.documents = std::move(documents);
    message.incarnation = std::move(incarnation);
    hear(message);
  }
  void drop() {
    peer.step(Closed{"cut", false}, now, effects);
    gather();
  }
  DocumentId create(const std::string& path) {
    const auto made = peer.create(path, {}, "made\n", now, effects);
    REQUIRE(made.ok());
    gather();
    return *made;
  }
  /// An empty one, at "b.txt".
  void get_from_another(DocumentId document) {
    hear(created_by_another(document, "b.txt"));
    hear(wire::Fetched{document, 4, {}});
  }
  /// "theirs mine made", written by two.
  DocumentId create_with_bob() {
    const DocumentId document = create("a.txt");
    hear_change(document, {ReplicaId(8), Seq(0), {{ReplicaId(7), Seq(4)}}, {{text::Chars(0), text::Chars(0), "theirs "}}});
    type(document, 7, "mine ");
    return document;
  }
  void type(DocumentId document, std::uint64_t at, std::string_view words, std::uint64_t erase = 0) {
    const auto delta = text::Delta().retain(text::Chars(at)).insert(words).erase(text::Chars(erase));
    REQUIRE(peer.edit(document, delta, now, effects).ok());
    gather();
  }
  void hear_change(DocumentId document, const merge::Change& change) {
    wire::FileEdit edit;
    edit.position = 5;
    edit.document = document;
    edit.change = exchange::to_wire(change);
    hear(edit);
  }
  [[nodiscard]] std::string text(DocumentId document) const { return peer.document(document)->text().str(); }

  Peer peer;
  Effects effects;
  Instant now{1};
  std::string file;
  std::uint64_t number = 0;
  std::vector<wire::FileEdit> sent;
  std::vector<wire::Hello> hellos;
  std::vector<Refused> refused;
};

/// Two files, edits of ours and of another, a rename, a deletion: offline, so that all of it waits.
struct Busy : Desk {
  DocumentId a, b;
  std::vector<std::string> texts;  ///< of `a`, after each edit

  Busy() {
    welcome(7);
    drop();
    a = create("a.txt");
    b = create("b.txt");
    for (int i = 0; i < 8; ++i) {
      type(a, static_cast<std::uint64_t>(i), "<" + std::to_string(i) + "ä>", i % 3 == 0 ? 1 : 0);
      texts.push_back(text(a));
    }
    REQUIRE(peer.rename(a, "c.txt", now, effects).ok());
    REQUIRE(peer.erase(b, now, effects).ok());
    gather();
  }
};

std::vector<std::size_t> ends_of_records(std::string_view file) {
  std::vector<std::size_t> ends;
  const auto frames = journal::read_frames(file);
  for (const std::string_view body : frames->bodies)
    ends.push_back(static_cast<std::size_t>(body.data() - file.data()) + body.size());
  return ends;
}

}  // namespace

TEST_CASE("a peer goes on where its journal ends, under the same names") {
  Busy before;
  auto image = journal::replay(before.file);
  REQUIRE(image.ok());
  CHECK_FALSE(image->damaged());
  Desk after(Peer(config_with_journal(), std::move(*image)));
  CHECK(after.text(before.a) == before.text(before.a));
  CHECK(after.peer.info(before.a)->path == "c.txt");
  CHECK_FALSE(after.peer.info(before.b).has_value());
  CHECK(after.peer.status().pending == before.peer.status().pending);
  after.type(before.a, 0, "later ");
  before.type(before.a, 0, "later ");
  after.welcome(7);
  before.welcome(7);
  REQUIRE(after.hellos.size() == 1);
  CHECK(after.hellos[0].resume->replica == 7);
  CHECK(after.hellos[0].resume->key == "key7");
  CHECK_FALSE(after.hellos[0].resume->renew);
  CHECK(after.sent == before.sent);  // also the numbers of the requests
}

TEST_CASE("a journal that is cut anywhere gives what was whole before the cut") {
  const Busy busy;
  const std::vector<std::size_t> ends = ends_of_records(busy.file);
  for (std::size_t cut = 0; cut < busy.file.size(); ++cut) {
    const auto image = journal::replay(std::string_view(busy.file).substr(0, cut));
    const bool at_end = std::find(ends.begin(), ends.end(), cut) != ends.end();
    if (!image) {
      CHECK(cut < ends.front());
      continue;
    }
    CAPTURE(cut);
    CHECK(image->damaged() != at_end);
    CHECK(image->torn != at_end);
    CHECK(image->lost.empty());
    if (const auto text = image->texts.find(busy.a); text != image->texts.end()) {
      const std::string is = text->second->text().str();
      CHECK((is.empty() || is == "made\n" || std::find(busy.texts.begin(), busy.texts.end(), is) != busy.texts.end()));
    }
  }
}

TEST_CASE("a byte that is another one spoils one record, and those that follow on it say so") {
  const Busy busy;
  const auto whole = journal::replay(busy.file);
  for (std::size_t at = journal::preamble().size(); at < busy.file.size(); ++at) {
    std::string file = busy.file;
    file[at] = static_cast<char>(file[at] ^ (1 + static_cast<int>(at % 255)));
    CAPTURE(at);
    auto image = journal::replay(file);
    REQUIRE(image.ok());
    CHECK(image->damaged());
    CHECK_FALSE((image->torn && at + 40 < file.size() && ends_of_records(file).back() > at));
    std::size_t words = 0;
    for (const auto& [document, text] : image->lost)
      words += static_cast<std::size_t>(std::count(text.begin(), text.end(), '<'));
    const std::size_t kept = image->asked.size() + image->stranded.size() + words;
    CHECK(kept + 2 >= whole->asked.size() - (image->texts.contains(busy.a) ? 0 : 1));  // one lost, and a text of no words
    Desk after(Peer(config_with_journal(), std::move(*image)));                        // and somebody can go on with it
    after.welcome(7);
  }
}

TEST_CASE("another release's journal, and what is none, are told apart") {
  std::string file = journal::preamble();
  file.back() = 9;
  CHECK(journal::replay(file).error().code == ErrorCode::version);
  CHECK(journal::replay("").error().code == ErrorCode::corrupt);
  CHECK(journal::replay("{}").error().code == ErrorCode::corrupt);
}

TEST_CASE("a text that is open is carried with everything that others do to it") {
  Desk me;
  me.welcome(7);
  const DocumentId document = me.create("a.txt");
  merge::Document other;
  for (const wire::FileEdit& edit : me.sent) {
    const merge::Change change = exchange::to_merge(edit.change);
    REQUIRE(other.apply({&change, 1}).ok());
  }
  me.hear(wire::Received{2, 2});
  me.hear(wire::Durable{2, {}});
  REQUIRE(me.peer.status().pending == 0);
  CHECK(journal::replay(me.file)->texts.empty());  // nothing waits, and nobody has it open
  me.peer.keep(document, true, me.now, me.effects);
  me.peer.mark(document, journal::Mark::Where::editor, me.now, me.effects);
  me.gather();
  CHECK(journal::replay(me.file)->editor.at(document).str() == "made\n");
  me.type(document, 0, "mine ");
  CHECK(journal::replay(me.file)->editor.at(document).str() == "mine made\n");
  me.hear_change(document, other.edit(ReplicaId(3), text::Delta().insert("theirs "))->front());
  const auto image = journal::replay(me.file);
  CHECK(image->texts.at(document)->text().str() == me.text(document));
  CHECK_FALSE(image->editor.contains(document));  // the editor has not answered yet
  me.peer.rewrite_journal(me.now, me.effects);
  me.gather();
  const auto again = journal::replay(me.file);
  CHECK(again->texts.at(document)->text().str() == me.text(document));
  CHECK(again->asked.size() == 1);
}

TEST_CASE("what is in memory only is told from what is in the journal") {
  Desk me;
  me.welcome(7);
  me.drop();
  const DocumentId document = me.create("a.txt");
  CHECK(me.peer.status().in_memory == 2);
  me.peer.step(Journalled{me.number}, me.now, me.effects);
  CHECK(me.peer.status().in_memory == 0);
  me.peer.step(JournalTrouble{"the disk is full"}, me.now, me.effects);
  me.type(document, 0, "x");
  CHECK(me.peer.status().in_memory == 1);
  CHECK(me.peer.status().journal_trouble == "the disk is full");
  me.peer.rewrite_journal(me.now, me.effects);
  me.gather();
  me.peer.step(Journalled{me.number}, me.now, me.effects);
  CHECK(me.peer.status().in_memory == 0);
  CHECK(me.peer.status().journal_trouble.empty());
  CHECK(journal::replay(me.file)->asked.size() == 3);
}

TEST_CASE("an edit under whose name the hub has another is made again under a new one") {
  Busy before;
  auto image = journal::replay(before.file);
  Desk copy(Peer(config_with_journal(), std::move(*image)));
  copy.type(before.a, 0, "of the copy ");
  copy.welcome(7);
  const wire::FileEdit last = copy.sent.back();
  copy.hear(
      wire::Reject{*last.request, wire::ErrorName::conflict, "an event of this name with other content is here already", {}});
  CHECK(copy.refused.empty());
  copy.hear(wire::Received{*last.request - 1, 40});
  copy.drop();
  copy.peer.step(Tick{}, copy.now + 60'000, copy.effects);
  copy.peer.step(Opened{}, copy.now, copy.effects);
  copy.gather();
  CHECK(copy.hellos.back().resume->renew);
}

TEST_CASE("what a person has deleted does not come back from a journal that was written anew meanwhile") {
  Desk desk;
  desk.welcome(7);
  const DocumentId document = desk.create_with_bob();
  desk.hear(wire::Received{3, 4});
  REQUIRE(desk.peer.erase(document, desk.now, desk.effects).ok());
  desk.hear(wire::Received{4, 5});  // ordered, and so perhaps lost with the hub
  desk.peer.rewrite_journal(desk.now, desk.effects);
  desk.gather();
  const auto image = journal::replay(desk.file);
  REQUIRE(image.ok());
  CHECK_FALSE(image->damaged());
  CHECK(image->files.empty());
  REQUIRE(image->asked.size() == 2);
  CHECK(std::holds_alternative<wire::FileCreate>(image->asked[0].request));
  CHECK(std::holds_alternative<wire::FileDelete>(image->asked[1].request));
}

TEST_CASE("who was started again in a file that the hub does not have takes another name, also when killed once more") {
  Desk desk;
  desk.welcome(7);
  const DocumentId theirs{{9}};
  desk.get_from_another(theirs);
  desk.type(theirs, 0, "mine");  // seen by others, and gone with the hub like the file itself
  auto image = journal::replay(desk.file);
  REQUIRE(image.ok());
  CHECK_FALSE(image->given_up);
  Desk again(Peer(config_with_journal(), std::move(*image)));
  again.welcome(7);
  CHECK(again.peer.document(theirs) == nullptr);
  image = journal::replay(again.file.empty() ? desk.file : again.file);
  REQUIRE(image.ok());
  CHECK(image->given_up);
  Desk third(Peer(config_with_journal(), std::move(*image)));
  third.peer.step(Opened{}, third.now, third.effects);
  third.gather();
  CHECK(third.hellos.back().resume->renew);
}

TEST_CASE("a journal that is written anew says nothing of a file that somebody else deleted") {
  Desk desk;
  desk.welcome(7);
  const DocumentId document = desk.create_with_bob();
  desk.hear(wire::Received{3, 4});  // ordered, and not safe
  desk.hear(wire::FileDelete{{}, 5, ParticipantId{{3}}, document});
  desk.peer.rewrite_journal(desk.now, desk.effects);
  desk.gather();
  const auto image = journal::replay(desk.file);
  REQUIRE(image.ok());
  CHECK_FALSE(image->damaged());  // "mine" follows on what only the text had
  CHECK(image->files.empty());
  CHECK(image->asked.empty());
}

TEST_CASE("who deleted a file that another brings back takes another name, if others may know edits of the file") {
  for (const bool typed : {true, false}) {
    Desk desk;
    desk.welcome(7, {}, "a hub");
    const DocumentId theirs{{9}};
    desk.get_from_another(theirs);
    if (typed) desk.type(theirs, 0, "mine");  // sent, and seen by others
    REQUIRE(desk.peer.erase(theirs, desk.now, desk.effects).ok());
    desk.drop();
    desk.welcome(7, {}, "another hub, which knows of none of this");
    desk.hear(wire::Reject{1, wire::ErrorName::not_found, "no such file", {}});
    desk.hear(created_by_another(theirs, "b.txt"));
    desk.drop();
    desk.peer.step(Tick{}, desk.now + 60'000, desk.effects);
    desk.peer.step(Opened{}, desk.now, desk.effects);
    desk.gather();
    CHECK(desk.hellos.back().resume->renew == typed);
  }
}

TEST_CASE(
    "a file whose deletion is refused comes back where the hub has it, though its author asked for its creation as well") {
  Desk desk;
  desk.welcome(7);
  const DocumentId document = *desk.peer.create("a.txt", {}, "", desk.now, desk.effects);
  REQUIRE(desk.peer.erase(document, desk.now, desk.effects).ok());
  desk.hear(created_by_another(document, "elsewhere.txt"));  // who had it from another hub, and has moved it since
  desk.hear(wire::Received{1, 5});
  desk.hear(wire::Reject{2, wire::ErrorName::denied, "you are a viewer", {}});
  REQUIRE(desk.peer.info(document).has_value());
  CHECK(desk.peer.info(document)->path == "elsewhere.txt");
}

TEST_CASE("who was started again and comes to a hub that lacks what another called safe takes another name") {
  Desk desk;
  desk.welcome(7);
  const DocumentId document = desk.create("a.txt");
  desk.hear(wire::Received{2, 2});
  desk.hear(wire::Durable{2, {}});  // and so the journal lets go of the text
  const auto hello_at = [&](Seq known, bool anew) {
    if (anew) desk.peer.rewrite_journal(desk.now, desk.effects);
    desk.gather();
    auto image = journal::replay(desk.file);
    REQUIRE(image.ok());
    CHECK(image->texts.empty());
    CHECK(image->used.at(document) == Seq(5));
    Desk again(Peer(config_with_journal(), std::move(*image)));
    again.welcome(7, {{document, "a.txt", {}, 0, {{7, known.value}}, {}}});
    again.drop();
    again.peer.step(Tick{}, again.now + 60'000, again.effects);
    again.peer.step(Opened{}, again.now, again.effects);
    again.gather();
    return again.hellos.back();
  };
  for (const bool anew : {false, true}) {
    CHECK(hello_at(Seq(4), anew).resume->renew);
    CHECK_FALSE(hello_at(Seq(5), anew).resume->renew);
  }
}

TEST_CASE("a journal that is written anew while a text is not here yet leaves its edits to be placed once it is") {
  Desk desk;
  desk.welcome(7, {}, "a hub");
  const DocumentId document = desk.create_with_bob();
  desk.hear(wire::Received{3, 4});                                   // ordered, and not safe
  desk.hear(wire::FileDelete{{}, 5, ParticipantId{{3}}, document});  // and so the text is gone here
  desk.drop();
  desk.welcome(7, {}, "another hub, which knows of none of this");
  desk.hear(wire::Received{1, 1});  // the file is created there again
  desk.peer.rewrite_journal(desk.now, desk.effects);
  desk.gather();
  auto image = journal::replay(desk.file);
  REQUIRE(image.ok());
  CHECK_FALSE(image->damaged());  // "mine" follows on what the text had
  CHECK(image->texts.empty());
  REQUIRE(image->stranded.size() == 2);

  Desk again(Peer(config_with_journal(), std::move(*image)));
  again.welcome(9);
  again.hear(wire::Reject{1, wire::ErrorName::conflict, "deleted since", {}});
  REQUIRE(again.refused.size() == 3);  // the creation, and the words of both
  CHECK(again.refused[2].text == "mine ");
  CHECK(again.peer.status().pending == 0);
}

TEST_CASE("what somebody wrote behind another's event of our name is not placed by ours") {
  Desk before;
  before.welcome(7);
  const DocumentId document = before.create("a.txt");
  before.hear(wire::Received{2, 2});
  before.hear(wire::Durable{2, {}});
  before.type(document, 0, "mine is longer ");
  merge::Document hub;
  const std::vector<merge::Change> theirs = {
      {ReplicaId(7), Seq(0), {}, {{text::Chars(0), text::Chars(0), "made\n"}}},
      {ReplicaId(7), Seq(5), {{ReplicaId(7), Seq(4)}}, {{text::Chars(0), text::Chars(0), "of a copy "}}},
      {ReplicaId(8), Seq(0), {{ReplicaId(7), Seq(14)}}, {{text::Chars(10), text::Chars(0), "theirs "}}}};
  REQUIRE(hub.apply(theirs).ok());
  Desk desk(Peer(config_with_journal(), std::move(*journal::replay(before.file))));
  desk.welcome(7, {{document, "a.txt", {}, 0, exchange::to_wire(hub.known()), {}}});
  for (const std::string& frame : wire::encode_history(document, hub.encode()))
    desk.peer.step(BinaryFrame{frame}, desk.now, desk.effects);
  desk.peer.step(Tick{}, desk.now, desk.effects);
  desk.gather();
  CHECK(desk.text(document) == "mine is longer made\n");
}

TEST_CASE("what an undo brought back is known again") {
  Desk desk;
  desk.welcome(7);
  const DocumentId document = desk.create("a.txt");
  desk.type(document, 0, "", 2);
  REQUIRE(desk.peer.undo(document, desk.now, desk.effects).ok());
  desk.gather();
  const std::vector<merge::Revival> brought = {{{ReplicaId(7), Seq(7)}, {ReplicaId(7), Seq(5)}, 2}};
  for (int i = 0; i < 2; ++i) {  // as it was appended, and written anew
    const auto image = journal::replay(desk.file);
    REQUIRE(image.ok());
    CHECK(image->asked.back().revivals == brought);
    desk.peer.rewrite_journal(desk.now, desk.effects);
    desk.gather();
  }
}

}  // namespace tutti::peer

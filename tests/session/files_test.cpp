#include <algorithm>

#include "tests/session/stage.hpp"

using namespace tutti;
using namespace tutti::session;
using namespace tutti::session::testing;

namespace {

wire::FileCreate create(DocumentId document, std::string path) {
  wire::FileCreate message;
  message.document = document;
  message.path = std::move(path);
  return message;
}
wire::FileRename rename(DocumentId document, std::string path) {
  wire::FileRename message;
  message.document = document;
  message.path = std::move(path);
  return message;
}
wire::FileDelete erase(DocumentId document) {
  wire::FileDelete message;
  message.document = document;
  return message;
}

struct Trio {
  explicit Trio(Limits limits = {}) : stage(limits) { stage.clear(); }
  Stage stage;
  Seat& ada = stage.join(member("Ada"));
  Seat& bob = stage.join(member("Bob"));
  Seat& bot = stage.join(agent("Bot"));

  /// "ok", or why not.
  template <class Message>
  std::string ask(Seat& seat, const Message& message) {
    stage.request(seat, message);
    if (seat.take<wire::Received>().size() == 1) return "ok";
    rejected = seat.one<wire::Reject>();
    return std::string(wire::to_string(rejected.code));
  }
  [[nodiscard]] std::vector<std::string> paths() const {
    std::vector<std::string> list;
    for (const auto& info : stage.session->documents()) list.push_back(info.path);
    std::sort(list.begin(), list.end());
    return list;
  }
  wire::Reject rejected;
};

using Paths = std::vector<std::string>;

}  // namespace

TEST_CASE("a file comes to be, moves and goes, and everybody sees it") {
  Trio trio;
  wire::FileCreate made = create(document_id(1), "src/a.txt");
  made.traits = {wire::Eol::crlf, true, false};
  CHECK(trio.ask(trio.ada, made) == "ok");
  const auto created = trio.bob.one<wire::FileCreate>();
  CHECK(created.participant == trio.ada.member.participant);
  CHECK(created.position == trio.stage.facts.back().position.value);
  CHECK(created.traits == made.traits);
  CHECK_FALSE(created.request);
  CHECK(trio.paths() == Paths{"src/a.txt"});
  const record::DocumentRow row{document_id(1), "src/a.txt", made.traits, false};
  CHECK(std::get<record::DocumentRow>(trio.stage.facts.back().rows[0]) == row);

  CHECK(trio.ask(trio.bob, rename(document_id(1), "src/b.txt")) == "ok");
  CHECK(trio.ada.one<wire::FileRename>().path == "src/b.txt");
  CHECK(trio.paths() == Paths{"src/b.txt"});
  CHECK(std::get<record::DocumentRow>(trio.stage.facts.back().rows[0]).path == "src/b.txt");

  CHECK(trio.ask(trio.ada, erase(document_id(1))) == "ok");
  CHECK(trio.bob.one<wire::FileDelete>().document == document_id(1));
  CHECK(trio.paths().empty());
  CHECK(std::get<record::DocumentRow>(trio.stage.facts.back().rows[0]).deleted);
  CHECK(trio.stage.session->text(document_id(1)).error().code == ErrorCode::not_found);
}

TEST_CASE("creating what is there already is fine once the name and the path agree") {
  Trio trio;
  CHECK(trio.ask(trio.ada, create(document_id(1), "a.txt")) == "ok");
  trio.stage.clear();
  CHECK(trio.ask(trio.ada, create(document_id(1), "a.txt")) == "ok");
  CHECK(trio.ask(trio.bob, create(document_id(1), "a.txt")) == "ok");
  CHECK(trio.ada.inbox.empty());
  CHECK(trio.ask(trio.bob, create(document_id(1), "b.txt")) == "conflict");
  CHECK(trio.ask(trio.ada, erase(document_id(1))) == "ok");
  CHECK(trio.ask(trio.ada, create(document_id(1), "a.txt")) == "conflict");
  CHECK(trio.ask(trio.ada, create(document_id(2), "a.txt")) == "ok");
  CHECK(trio.ask(trio.ada, create(DocumentId{}, "nil.txt")) == "invalid");
}

TEST_CASE("of two files with one path, as some disk sees it, the first stays") {
  const std::pair<std::string, std::string> pairs[] = {{"a.txt", "a.txt"}, {"Makefile", "makefile"}, {"a/b", "a"},
                                                       {"a", "a/b"},       {"A/b/c", "a/B"},         {"x", "X/y/z"}};
  for (const auto& [first, second] : pairs) {
    INFO(first << " " << second);
    Trio trio;
    CHECK(trio.ask(trio.ada, create(document_id(1), first)) == "ok");
    CHECK(trio.ask(trio.bob, create(document_id(2), second)) == "conflict");
    CHECK(trio.rejected.document == document_id(1));
    CHECK(trio.ask(trio.bob, create(document_id(3), "other")) == "ok");
    CHECK(trio.ask(trio.bob, rename(document_id(3), second)) == "conflict");
    CHECK(trio.rejected.document == document_id(1));
    CHECK(trio.ask(trio.ada, erase(document_id(1))) == "ok");
    CHECK(trio.ask(trio.bob, rename(document_id(3), second)) == "ok");
  }
  Trio trio;
  CHECK(trio.ask(trio.ada, create(document_id(1), "ab")) == "ok");
  CHECK(trio.ask(trio.ada, create(document_id(2), "a")) == "ok");
  CHECK(trio.ask(trio.ada, create(document_id(3), "a-b/c")) == "ok");
  CHECK(trio.ask(trio.ada, rename(document_id(2), "A")) == "ok");
}

TEST_CASE("a file does not stand in its own way, and does not hide who else does") {
  Trio trio;
  CHECK(trio.ask(trio.ada, create(document_id(1), "a")) == "ok");
  CHECK(trio.ask(trio.ada, rename(document_id(1), "a/b")) == "ok");
  CHECK(trio.ask(trio.ada, create(document_id(2), "a/c")) == "ok");
  CHECK(trio.ask(trio.ada, rename(document_id(1), "a")) == "conflict");
  CHECK(trio.rejected.document == document_id(2));
  CHECK(trio.ask(trio.ada, erase(document_id(2))) == "ok");
  CHECK(trio.ask(trio.ada, rename(document_id(1), "a")) == "ok");
  CHECK(trio.paths() == Paths{"a"});
}

TEST_CASE("paths are judged when a file comes and when it moves") {
  const std::pair<std::string, std::string> paths[] = {
      {"../x", "invalid"},       {"/etc/passwd", "invalid"}, {"", "invalid"},         {"a\\b", "invalid"},
      {"con.txt", "invalid"},    {".git/config", "denied"},  {"a/.GIT/x", "denied"},  {".env", "denied"},
      {"keys/id_rsa", "denied"}, {".tutti/x", "denied"},     {"server.pem", "denied"}};
  Trio trio;
  CHECK(trio.ask(trio.ada, create(document_id(1), "fine.txt")) == "ok");
  trio.stage.clear();
  for (const auto& [path, answer] : paths) {
    INFO(path);
    CHECK(trio.ask(trio.ada, create(document_id(2), path)) == answer);
    CHECK(trio.ask(trio.ada, rename(document_id(1), path)) == answer);
  }
  CHECK(trio.paths() == Paths{"fine.txt"});
  CHECK(trio.bob.inbox.empty());
}

TEST_CASE("agents change files, but not those that run on open or build") {
  Trio trio;
  CHECK(trio.ask(trio.bot, create(document_id(1), "a.py")) == "ok");
  CHECK(trio.ask(trio.bot, create(document_id(2), "Makefile")) == "denied");
  CHECK(trio.ask(trio.bot, rename(document_id(1), ".vscode/tasks.json")) == "denied");
  CHECK(trio.ask(trio.ada, create(document_id(2), "Makefile")) == "ok");
  CHECK(trio.ask(trio.bot, rename(document_id(2), "a.mak")) == "denied");
  CHECK(trio.ask(trio.bot, erase(document_id(2))) == "denied");
  Writer writer{ReplicaId(trio.bot.welcome.replica), document_id(2)};
  CHECK(trio.ask(trio.bot, writer.insert(0, "all:\n\trm -rf /")) == "denied");
  Writer fresh{ReplicaId(trio.bot.welcome.replica), document_id(1)};
  CHECK(trio.ask(trio.bot, fresh.insert(0, "print()")) == "ok");
}

TEST_CASE("what was deleted stays deleted, and says so") {
  Trio trio;
  CHECK(trio.ask(trio.ada, create(document_id(1), "a.txt")) == "ok");
  CHECK(trio.ask(trio.ada, erase(document_id(1))) == "ok");
  Writer writer{ReplicaId(trio.bob.welcome.replica), document_id(1)};
  CHECK(trio.ask(trio.bob, writer.insert(0, "late")) == "not_found");
  CHECK(trio.rejected.message.find("deleted") != std::string::npos);
  CHECK(trio.ask(trio.bob, rename(document_id(1), "b.txt")) == "not_found");
  CHECK(trio.ask(trio.bob, erase(document_id(1))) == "ok");  // both wanted it gone
  CHECK(trio.ask(trio.bob, erase(document_id(9))) == "not_found");
}

TEST_CASE("files, files ever and their paths have limits") {
  Limits few;
  few.documents = 2;
  few.documents_ever = 3;
  Trio trio(few);
  CHECK(trio.ask(trio.ada, create(document_id(1), "a")) == "ok");
  CHECK(trio.ask(trio.ada, create(document_id(2), "b")) == "ok");
  CHECK(trio.ask(trio.ada, create(document_id(3), "c")) == "limit");
  CHECK(trio.ask(trio.ada, erase(document_id(1))) == "ok");
  CHECK(trio.ask(trio.ada, create(document_id(3), "c")) == "ok");
  CHECK(trio.ask(trio.ada, erase(document_id(2))) == "ok");
  CHECK(trio.ask(trio.ada, create(document_id(4), "d")) == "limit");

  Limits narrow;
  narrow.path_bytes = 10;
  Trio other(narrow);
  CHECK(other.ask(other.ada, create(document_id(1), "12345")) == "ok");
  CHECK(other.ask(other.ada, create(document_id(2), "123456")) == "limit");
  CHECK(other.ask(other.ada, erase(document_id(1))) == "ok");
  CHECK(other.ask(other.ada, create(document_id(2), "123456")) == "ok");
}

TEST_CASE("a resent rename or delete is not done again") {
  Trio trio;
  CHECK(trio.ask(trio.ada, create(document_id(1), "a")) == "ok");
  wire::FileRename move = rename(document_id(1), "b");
  move.request = trio.stage.request(trio.ada, move);
  CHECK(trio.ask(trio.bob, rename(document_id(1), "c")) == "ok");
  trio.stage.clear();
  trio.stage.send(trio.ada, move);
  CHECK(trio.ada.one<wire::Received>().request == *move.request);
  CHECK(trio.paths() == Paths{"c"});
  CHECK(trio.bob.inbox.empty());
}

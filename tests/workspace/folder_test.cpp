#include "lsp-server/mirror/folder.hpp"

#include <sys/stat.h>

#include <filesystem>

#include "tests/support/catch.hpp"
#include "tests/workspace/support.hpp"

using namespace tutti;
using tutti::test::Bench;
using tutti::test::exists;
using tutti::test::get;
using tutti::test::put;
namespace fs = std::filesystem;

TEST_CASE("a folder's files become the session's", "[folder]") {
  Bench bench;
  bench.write("a.txt", "a\n");
  bench.write("sub/deep/b.txt", "b\r\nc\r\n");
  bench.write("empty", "");
  bench.write("Makefile", "all:\n");
  bench.write(".env", "SECRET=1\n");
  bench.write(".git/config", "[core]\n");
  bench.write("id_rsa", "key\n");
  bench.write("picture", std::string("\0\1\2", 3));
  bench.write(".gitignore", "*.log\nout/\n");
  bench.write("x.log", "log\n");
  bench.write("out/y", "y\n");
  fs::create_symlink("a.txt", bench.disk / "link");
  bench.start();
  std::set<std::string> paths;
  for (const auto& info : bench.session.documents()) paths.insert(info.path);
  CHECK(paths == std::set<std::string>{"a.txt", "sub/deep/b.txt", "empty", "Makefile", ".gitignore"});
  CHECK(bench.session.str("sub/deep/b.txt") == "b\nc\n");
  CHECK(bench.noticed("1 binary"));
  CHECK(bench.folder->status().settled);
}

TEST_CASE("what was recorded earlier than it was due leaves nothing to be done again and again", "[folder]") {
  Bench bench;
  static_cast<void>(bench.session.add("a.txt", "a\n"));
  bench.start();
  bench.folder->record();
  bench.session.substitute("a.txt", "a", "b");
  bench.remote("a.txt");
  static_cast<void>(bench.folder->work(bench.now));
  bench.folder->record();  // and so nothing is left of what was to be recorded in a while
  bench.pass();
  CHECK(bench.folder->status().settled);
  CHECK(bench.folder->work(bench.now) == std::nullopt);
}

TEST_CASE("a session's files reach the disk, save those that need consent", "[folder]") {
  Bench bench;
  wire::Traits dos;
  dos.eol = wire::Eol::crlf;
  dos.bom = true;
  wire::Traits program;
  program.executable = true;
  bench.session.add("a/b.txt", "x\ny\n", dos);
  bench.session.add("run.txt", "x\n", program);
  bench.session.add(".vscode/tasks.json", "{}\n");
  bench.session.add(".git/hooks/pre-commit", "evil\n");
  bench.session.add(".env", "evil\n");
  bench.start();
  CHECK(bench.read("a/b.txt") == "\xEF\xBB\xBFx\r\ny\r\n");
  struct stat status {};
  REQUIRE(stat((bench.disk / "run.txt").c_str(), &status) == 0);
  CHECK((status.st_mode & 0111U) == 0);
  CHECK_FALSE(exists(bench.disk / ".vscode"));
  CHECK_FALSE(exists(bench.disk / ".git"));
  CHECK_FALSE(exists(bench.disk / ".env"));
  CHECK(bench.noticed("Held back"));
  CHECK(bench.folder->status().held_back == 1);

  SECTION("exactly the accepted content is written") {
    CHECK(mirror::accept_proposed(bench.disk / ".tutti", {}).ok());
    bench.folder->consent_changed();
    bench.pass();
    CHECK(bench.read(".vscode/tasks.json") == "{}\n");
    bench.session.substitute(".vscode/tasks.json", "{}", "{\"evil\":1}");
    bench.remote(".vscode/tasks.json");
    bench.pass();
    CHECK(bench.read(".vscode/tasks.json") == "{}\n");
    CHECK(get(bench.disk / ".tutti/proposed/.vscode/tasks.json") == "{\"evil\":1}\n");
  }
  SECTION("what changed after the person looked is not written") {
    CHECK(mirror::accept_proposed(bench.disk / ".tutti", {".vscode/tasks.json"}).ok());
    bench.session.substitute(".vscode/tasks.json", "{}", "{1}");
    bench.folder->consent_changed();
    bench.pass();
    CHECK_FALSE(exists(bench.disk / ".vscode/tasks.json"));
  }
}

TEST_CASE("disk and session change one file at once", "[folder]") {
  struct Case {
    const char *base, *disk, *old, *with, *both;
  };
  const Case cases[] = {
      {"one\ntwo\nthree\n", "one\ntwo\nthree\nfour\n", "one", "ONE", "ONE\ntwo\nthree\nfour\n"},
      {"one\ntwo\nthree\n", "two\nthree\n", "three", "3", "two\n3\n"},
      {"abc", "abXc", "a", "Ya", "YabXc"},
      {"a\r\nb\r\n", "a\r\nb\r\nc\r\n", "a", "A", "A\r\nb\r\nc\r\n"},
      {"same\n", "same\nnew\n", "same", "same", "same\nnew\n"},
  };
  for (const Case& each : cases) {
    CAPTURE(each.base, each.disk);
    Bench bench;
    bench.write("f", each.base);
    bench.start();
    bench.write("f", each.disk);
    bench.session.substitute("f", each.old, each.with);
    bench.remote("f");
    bench.settle();
    CHECK(bench.read("f") == each.both);
    CHECK(bench.folder->status().settled);
  }
}

TEST_CASE("lines of another kind are given the ends that the file has", "[folder]") {
  Bench bench;
  bench.write("dos.txt", "a\r\nb\r\n");
  bench.write("mixed.txt", "a\r\nb\n");
  bench.start();
  CHECK(bench.read("mixed.txt") == "a\r\nb\n");  // it came like that
  bench.write("dos.txt", "a\r\nb\r\nc\n");
  bench.settle();
  CHECK(bench.session.str("dos.txt") == "a\nb\nc\n");
  CHECK(bench.read("dos.txt") == "a\r\nb\r\nc\r\n");
  CHECK(bench.folder->status().settled);
}

TEST_CASE("a restart finds what happened meanwhile on both sides", "[folder]") {
  Bench bench;
  bench.write("f", "one\ntwo\nthree\n");
  bench.write("g", "stays\n");
  bench.start();
  SECTION("an orderly end") {
    bench.stop();
  }
  SECTION("a crash after the index was written") {
    bench.pass(3000);
    bench.crash();
  }
  bench.write("f", "one\ntwo\nthree\nmine\n");
  bench.session.substitute("f", "one", "ONE");
  bench.start();
  CHECK(bench.read("f") == "ONE\ntwo\nthree\nmine\n");
  CHECK(bench.session.str("f") == "ONE\ntwo\nthree\nmine\n");
  CHECK(bench.session.str("g") == "stays\n");
}

TEST_CASE("work that reached the hub before a crash is not done twice", "[folder]") {
  Bench bench;
  bench.write("f", "one\ntwo\n");
  bench.start();
  bench.pass(3000);
  bench.session.everything_durable = false;  // so the base on record stays the old one
  bench.write("f", "one\nmine\ntwo\n");
  bench.settle();
  CHECK(bench.session.str("f") == "one\nmine\ntwo\n");
  bench.crash();
  bench.session.everything_durable = true;
  bench.session.substitute("f", "two", "TWO");
  bench.start();
  CHECK(bench.read("f") == "one\nmine\nTWO\n");
  CHECK(bench.session.str("f") == "one\nmine\nTWO\n");
}

TEST_CASE("files that are made, deleted and renamed on the disk", "[folder]") {
  Bench bench;
  bench.write("a", "content a\n");
  bench.write("b", "content b\n");
  bench.start();
  const auto a = *bench.session.find("a");
  SECTION("made") {
    bench.write("d/new", "new\n");
    bench.settle();
    CHECK(bench.session.str("d/new") == "new\n");
  }
  SECTION("deleted") {
    fs::remove(bench.disk / "b");
    bench.settle();
    CHECK(bench.session.str("b") == "<none>");
  }
  SECTION("renamed: the same document") {
    fs::create_directories(bench.disk / "d");
    fs::rename(bench.disk / "a", bench.disk / "d/c");
    bench.settle();
    CHECK(bench.session.find("d/c") == a);
    CHECK(bench.session.held.size() == 2);
  }
  SECTION("saved by deleting and writing anew: not a deletion") {
    fs::remove(bench.disk / "a");
    bench.settle(100);
    bench.write("a", "content a, more\n");
    bench.settle();
    CHECK(bench.session.find("a") == a);
    CHECK(bench.session.str("a") == "content a, more\n");
  }
  SECTION("the whole folder is gone: nothing is deleted for the others") {
    fs::rename(bench.disk.path(), bench.disk.path() + "-moved");
    bench.settle();
    CHECK(bench.session.held.size() == 2);
    fs::rename(bench.disk.path() + "-moved", bench.disk.path());
  }
  SECTION("deleted while nobody looked") {
    bench.stop();
    fs::remove(bench.disk / "b");
    bench.start();
    CHECK(bench.session.str("b") == "<none>");
    CHECK(bench.session.str("a") == "content a\n");
  }
}

TEST_CASE("files that others make, delete and rename", "[folder]") {
  Bench bench;
  bench.write("a", "content a\n");
  bench.write("d/b", "content b\n");
  bench.start();
  SECTION("made") {
    bench.session.add("n/new", "new\n");
    bench.remote("n/new");
    bench.pass();
    CHECK(bench.read("n/new") == "new\n");
  }
  SECTION("deleted, and the folder that became empty with it") {
    const auto b = *bench.session.find("d/b");
    bench.session.held.erase(b);
    bench.folder->document_gone(b);
    bench.pass();
    CHECK_FALSE(exists(bench.disk / "d"));
  }
  SECTION("deleted, but changed here: shared again") {
    const auto a = *bench.session.find("a");
    bench.write("a", "content a, mine\n");
    bench.session.held.erase(a);
    bench.folder->document_gone(a);
    bench.pass();
    CHECK(bench.read("a") == "content a, mine\n");
    CHECK(bench.session.str("a") == "content a, mine\n");
  }
  SECTION("renamed") {
    const auto a = *bench.session.find("a");
    CHECK(bench.session.rename(a, "x/y").ok());
    bench.folder->document_changed(a);
    bench.pass();
    CHECK_FALSE(exists(bench.disk / "a"));
    CHECK(bench.read("x/y") == "content a\n");
  }
  SECTION("two that change places") {
    const auto a = *bench.session.find("a"), b = *bench.session.find("d/b");
    CHECK(bench.session.rename(a, "d/b").ok());
    CHECK(bench.session.rename(b, "a").ok());
    bench.folder->document_changed(a);
    bench.folder->document_changed(b);
    bench.pass();
    CHECK(bench.read("a") == "content b\n");
    CHECK(bench.read("d/b") == "content a\n");
    CHECK(bench.session.held.size() == 2);
  }
  SECTION("deleted and made anew under the same name") {
    const auto a = *bench.session.find("a");
    bench.session.held.erase(a);
    bench.folder->document_gone(a);
    bench.session.add("a", "anew\n");
    bench.remote("a");
    bench.pass();
    CHECK(bench.read("a") == "anew\n");
    CHECK_FALSE(exists(bench.disk / "a.mine"));
  }
}

TEST_CASE("a great many deletions at once wait for the person", "[folder]") {
  Bench bench;
  const int files = 30;
  for (int i = 0; i < files; ++i) bench.write("f" + std::to_string(i), "text " + std::to_string(i) + "\n");
  bench.start();
  const int deleted = GENERATE(9, 10, 21);
  for (int i = 0; i < deleted; ++i) {
    const auto document = *bench.session.find("f" + std::to_string(i));
    bench.session.held.erase(document);
    bench.folder->document_gone(document);
  }
  bench.pass();
  const bool held = deleted > 9;  // 30 % of 30
  CHECK(test::tree(bench.disk.path()).size() == static_cast<std::size_t>(held ? files : files - deleted));
  CHECK(bench.noticed("deleted by others at once") == held);
  if (!held) return;
  SECTION("go ahead") {
    bench.folder->confirm_deletions(true);
    bench.pass();
    CHECK(test::tree(bench.disk.path()).size() == static_cast<std::size_t>(files - deleted));
  }
  SECTION("share them again") {
    bench.folder->confirm_deletions(false);
    bench.pass();
    CHECK(bench.session.held.size() == files);
  }
  SECTION("a restart asks again") {
    bench.stop();
    bench.start();
    CHECK(test::tree(bench.disk.path()).size() == files);
    CHECK(bench.folder->status().deletions_held == static_cast<std::size_t>(deleted));
  }
}

TEST_CASE("most of the tree is missing at the start: fetched again, not deleted for all", "[folder]") {
  Bench bench;
  for (int i = 0; i < 30; ++i) bench.write("f" + std::to_string(i), "text " + std::to_string(i) + "\n");
  bench.start();
  bench.stop();
  for (int i = 0; i < 25; ++i) fs::remove(bench.disk / ("f" + std::to_string(i)));
  bench.start();
  CHECK(bench.session.held.size() == 30);
  CHECK(test::tree(bench.disk.path()).size() == 30);
}

TEST_CASE("a viewer's change stays beside the shared text", "[folder]") {
  Bench bench;
  bench.session.add("f", "shared\n");
  bench.session.writable = false;
  bench.start();
  bench.write("f", "mine\n");
  bench.write("new", "new\n");
  bench.settle();
  CHECK(bench.read("f") == "shared\n");
  CHECK(bench.read("f.mine") == "mine\n");
  CHECK(bench.session.held.size() == 1);
  fs::remove(bench.disk / "f");
  bench.settle();
  CHECK(bench.read("f") == "shared\n");
}

TEST_CASE("a folder with files of its own joins", "[folder]") {
  mirror::FolderOptions options;
  options.private_existing = true;
  Bench bench(options);
  bench.write("same", "same\n");
  bench.write("other", "here\n");
  bench.write("own", "private\n");
  bench.session.add("same", "same\n");
  bench.session.add("other", "there\n");
  bench.start();
  CHECK(bench.read("other") == "there\n");
  CHECK(bench.read("other.mine") == "here\n");
  CHECK(bench.session.str("own") == "<none>");
  bench.write("later", "later\n");
  bench.settle();
  CHECK(bench.session.str("later") == "later\n");
  bench.stop();
  bench.start();
  CHECK(bench.session.str("own") == "<none>");
  CHECK(bench.session.str("other.mine") == "<none>");
}

TEST_CASE("a file that an editor has open is the editor's", "[folder]") {
  Bench bench;
  bench.write("f", "one\ntwo\n");
  bench.start();
  const auto f = *bench.session.find("f");
  CHECK(bench.folder->editor_opened(f) == "one\ntwo\n");
  bench.session.substitute("f", "one", "ONE");
  bench.remote("f");
  bench.pass();
  CHECK(bench.read("f") == "one\ntwo\n");

  SECTION("it saves") {
    bench.write("f", "ONE\ntwo\n");
    bench.folder->editor_saved(f, "ONE\ntwo\n");
    bench.settle();
    CHECK(bench.session.str("f") == "ONE\ntwo\n");
    CHECK(bench.session.edits == 0);
  }
  SECTION("it closes without saving") {
    bench.folder->editor_closed(f);
    bench.pass();
    CHECK(bench.read("f") == "ONE\ntwo\n");
  }
  SECTION("a tool changes the disk meanwhile") {
    bench.write("f", "one\ntwo\ntool\n");
    bench.settle();
    CHECK(bench.session.str("f") == "ONE\ntwo\ntool\n");
    CHECK(bench.read("f") == "one\ntwo\ntool\n");
    bench.folder->editor_closed(f);
    bench.pass();
    CHECK(bench.read("f") == "ONE\ntwo\ntool\n");
  }
  SECTION("the disk has what the replica has before didSave says so") {
    bench.write("f", "ONE\ntwo\n");
    bench.settle();
    CHECK(bench.session.str("f") == "ONE\ntwo\n");
    CHECK(bench.session.edits == 0);
  }
}

TEST_CASE("a file that another process's editor has open is left alone", "[folder]") {
  Bench bench;
  bench.write("f", "one\n");
  bench.start();
  const auto f = *bench.session.find("f");
  mirror::OpenMarks other(bench.disk / ".tutti/open");
  REQUIRE(other.mark(f).ok());
  bench.session.substitute("f", "one", "one\ntyped");
  bench.remote("f");
  bench.pass();
  CHECK(bench.read("f") == "one\n");
  bench.write("f", "one\ntyped\n");  // the editor saves; the session has it already
  put(bench.disk / ".tutti/saved/" + to_string(f), "one\ntyped\n");
  bench.settle();
  other.release(f);
  bench.pass();
  CHECK(bench.session.str("f") == "one\ntyped\n");
  CHECK(bench.session.edits == 0);
  bench.session.substitute("f", "typed", "TYPED");
  bench.remote("f");
  bench.pass();
  CHECK(bench.read("f") == "one\nTYPED\n");
}

TEST_CASE("a file that became too large or binary is no longer kept in step, and says so", "[folder]") {
  Bench bench;
  bench.write("f", "text\n");
  bench.start();
  bench.write("f", std::string("\0binary", 7));
  bench.settle();
  CHECK(bench.noticed("not a text any more"));
  CHECK(bench.session.str("f") == "text\n");
  CHECK(bench.read("f") == std::string("\0binary", 7));
  bench.write("f", "text again\n");
  bench.settle(20'000);
  CHECK(bench.session.str("f") == "text again\n");
  bench.write("large", std::string(17 * 1024 * 1024, 'x'));
  bench.settle();
  CHECK(bench.noticed("large is larger than 16 MiB"));
}

TEST_CASE("a folder stands where a file should be", "[folder]") {
  Bench bench;
  fs::create_directories(bench.disk / "a");
  bench.session.add("a", "text\n");
  bench.session.add("b", "text\n");
  bench.start();
  CHECK(bench.read("b") == "text\n");
  CHECK_FALSE(bench.notices.empty());
  CHECK_FALSE(bench.folder->status().settled);
}

TEST_CASE("random work on both sides ends with equal texts that hold every line", "[folder]") {
  const auto seed = GENERATE(range(1, 21));
  CAPTURE(seed);
  Random random(static_cast<std::uint64_t>(seed));
  Bench bench;
  const int files = 4;
  for (int i = 0; i < files; ++i) bench.write("f" + std::to_string(i), "start\nend\n");
  bench.start();
  std::vector<std::vector<std::string>> tokens(files);
  for (int round = 0; round < 30; ++round) {
    const int which = static_cast<int>(random.below(files));
    const std::string path = "f" + std::to_string(which);
    const std::string token = "token-" + std::to_string(100 + round) + "\n";
    tokens[static_cast<std::size_t>(which)].push_back(token);
    if (random.chance(50)) {
      std::string text = bench.read(path);
      const std::size_t line = random.chance(50) ? 0 : text.rfind('\n', text.size() - 2) + 1;
      bench.write(path, text.insert(line, token));
      if (random.chance(50)) bench.folder->disk_changed("", path);
    } else {
      if (random.chance(50)) {
        bench.session.substitute(path, "start\n", "start\n" + token);
      } else {
        bench.session.substitute(path, "end\n", token + "end\n");
      }
      bench.remote(path);
    }
    if (random.chance(40)) bench.pass(static_cast<std::int64_t>(random.below(300)));
    if (random.chance(10)) {
      random.chance(50) ? bench.stop() : bench.crash();
      bench.start();
    }
  }
  bench.settle();
  for (int i = 0; i < files; ++i) {
    const std::string path = "f" + std::to_string(i);
    const std::string text = bench.read(path);
    CHECK(text == bench.session.str(path));
    for (const std::string& token : tokens[static_cast<std::size_t>(i)]) {
      CAPTURE(path, token, text);
      const std::size_t at = text.find(token);
      REQUIRE(at != std::string::npos);
      CHECK(text.find(token, at + 1) == std::string::npos);
    }
  }
}

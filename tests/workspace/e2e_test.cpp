// The real programs: a hub, a folder that is shared, a folder that joins.
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <memory>

#include "protocol/base/random.hpp"
#include "tests/support/catch.hpp"
#include "tests/workspace/programs.hpp"
#include "tests/workspace/support.hpp"

using namespace tutti;
using namespace tutti::test;
namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

const std::string programs = TUTTI_BINARY_DIR "/bin/";

std::string value_of(const std::string& json, const std::string& key) {
  const std::string head = "\"" + key + "\":\"";
  const std::size_t at = json.find(head);
  if (at == std::string::npos) return {};
  return json.substr(at + head.size(), json.find('"', at + head.size()) - at - head.size());
}

/// A hub and the participants' programs, all of whose files lie in one folder.
struct Stage {
  TemporaryFolder home;
  Program hub;
  std::string url;

  Stage() { start_hub("127.0.0.1:0"); }

  std::vector<std::string> environment() const {
    std::vector<std::string> out = {"HOME=" + home.path(), "PATH=/usr/bin:/bin", "XDG_DATA_HOME=" + (home / "data"),
                                    "XDG_CONFIG_HOME=" + (home / "config")};
    if (!url.empty()) out.push_back("TUTTI_HUB=" + url);
    if (exists(home / "hub/owner.token")) out.push_back("TUTTI_TOKEN=" + first_line(get(home / "hub/owner.token") + "\n"));
    return out;
  }
  void start_hub(const std::string& listen) {
    hub = Program({programs + "tutti-hub", "serve", "--listen", listen, "--data", home / "hub"}, environment(),
                  home / "hub-output");
    REQUIRE(eventually([&] { return !first_line(hub.out()).empty(); }, 60s));
    url = value_of(hub.out(), "url");
    REQUIRE_FALSE(url.empty());
  }
  void restart_hub() { start_hub(url.substr(url.find("//") + 2)); }
  Program tutti(const std::string& name, std::vector<std::string> words) const {
    words.insert(words.begin(), programs + "tutti");
    return {words, environment(), home / name};
  }
};

std::string make_text(Random& random, int number) {
  std::string text;
  const char* end = number % 5 == 0 ? "\r\n" : "\n";
  for (std::uint64_t line = 0; line < 3 + random.below(60); ++line) {
    text += "line " + std::to_string(random.next()) + (random.chance(10) ? " \u00fc\U0001F600" : "") + end;
  }
  return text;
}

void append(const std::string& file, const std::string& bytes) {
  const int fd = open(file.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
  REQUIRE(fd >= 0);
  REQUIRE(write(fd, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()));
  close(fd);
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) ++n;
  return n;
}

struct Token {
  std::string file, text;
};

/// What is missing or doubled, for the message.
std::string wrong_tokens(const std::map<std::string, std::string>& files, const std::vector<Token>& tokens) {
  std::string wrong;
  for (const Token& token : tokens) {
    const auto file = files.find(token.file);
    const std::size_t n = file == files.end() ? 0 : count(file->second, token.text);
    if (n != 1) wrong += token.text + " in " + token.file + ": " + std::to_string(n) + "; ";
  }
  return wrong;
}

/// Files that are not the same on both sides, for the message.
std::string different(const std::map<std::string, std::string>& a, const std::map<std::string, std::string>& b) {
  std::string out = std::to_string(a.size()) + " and " + std::to_string(b.size()) + " files;";
  for (const auto& [path, text] : a) {
    const auto other = b.find(path);
    if (other == b.end()) out += " only in a: " + path + ";";
    if (other == b.end() || other->second == text) continue;
    out += " " + path + ", " + std::to_string(count(text, "\r")) + " and " + std::to_string(count(other->second, "\r")) +
           " carriage returns:\n" + text + "≠\n" + other->second;
  }
  for (const auto& [path, text] : b) {
    if (!a.contains(path)) out += " only in b: " + path + ";";
  }
  return out;
}

}  // namespace

TEST_CASE("two folders, both edited at once, with the hub killed in the middle, end up byte-identical", "[e2e]") {
  Stage stage;
  Random random(11);
  const std::string a = stage.home / "a", b = stage.home / "b";
  const int files = 300;
  std::vector<std::string> paths;
  for (int i = 0; i < files; ++i) {
    paths.push_back("d" + std::to_string(i % 17) + "/f" + std::to_string(i) + ".txt");
    put(a + "/" + paths.back(), make_text(random, i));
  }
  Program share = stage.tutti("share", {"share", a});
  REQUIRE(eventually([&] { return !first_line(share.out()).empty(); }, 120s));
  const std::string link = first_line(share.out());
  INFO(share.err());
  REQUIRE(link.find("/s/") != std::string::npos);
  Program join = stage.tutti("join", {"join", link, b, "--as", "Bea"});
  REQUIRE(eventually([&] { return tree(b).size() == static_cast<std::size_t>(files) && tree(a) == tree(b); }, 120s));

  std::vector<Token> tokens;
  const int rounds = 240;
  for (int round = 0; round < rounds; ++round) {
    const std::string& path = paths[random.below(20)];
    const std::string token = "token-" + std::to_string(1000 + round);
    append((round % 2 == 0 ? a : b) + "/" + path, token + "\n");
    tokens.push_back({path, token});
    if (round == rounds / 3) stage.hub.kill();
    if (round == 2 * rounds / 3) stage.restart_hub();
    if (random.chance(30)) usleep(static_cast<useconds_t>(random.below(60'000)));
  }
  put(b + "/new/from-b.txt", "new\n");
  fs::remove(a + "/" + paths[250]);
  fs::rename(a + "/" + paths[251], a + "/renamed.txt");
  const bool equal = eventually(
      [&] {
        const auto files_a = tree(a);
        return files_a.contains("new/from-b.txt") && files_a.size() == static_cast<std::size_t>(files) &&
               wrong_tokens(files_a, tokens).empty() && files_a == tree(b);
      },
      120s);
  INFO(different(tree(a), tree(b)));
  INFO("wrong in a: " << wrong_tokens(tree(a), tokens) << "\nwrong in b: " << wrong_tokens(tree(b), tokens));
  INFO("share said: " << share.err() << "\njoin said: " << join.err());
  CHECK(equal);
  CHECK(tree(b).contains("renamed.txt"));
  CHECK_FALSE(tree(b).contains(paths[250]));
  CHECK(share.stop() == 0);
  CHECK(join.stop() == 0);
}

TEST_CASE("work done while the keeping programs were dead is merged when they come back", "[e2e]") {
  Stage stage;
  const std::string a = stage.home / "a", b = stage.home / "b";
  put(a + "/f.txt", "one\ntwo\nthree\n");
  put(a + "/g.txt", "g\n");
  auto share = std::make_unique<Program>(stage.tutti("share", {"share", a}));
  REQUIRE(eventually([&] { return !first_line(share->out()).empty(); }, 60s));
  Program once = stage.tutti("join", {"join", first_line(share->out()), b, "--once"});
  REQUIRE(once.wait(60s) == 0);
  REQUIRE(tree(a) == tree(b));
  share->kill();
  put(a + "/f.txt", "zero\none\ntwo\nthree\n");
  put(b + "/f.txt", "one\ntwo\nthree\nfour\n");
  put(b + "/h.txt", "h\n");
  fs::remove(b + "/g.txt");
  Program sync_a = stage.tutti("sync-a", {"sync", a});
  Program sync_b = stage.tutti("sync-b", {"sync", b});
  const std::map<std::string, std::string> wanted = {{"f.txt", "zero\none\ntwo\nthree\nfour\n"}, {"h.txt", "h\n"}};
  const bool merged = eventually([&] { return tree(a) == wanted && tree(b) == wanted; }, 60s);
  INFO(sync_a.err() << sync_b.err());
  for (const auto& [path, bytes] : tree(a)) UNSCOPED_INFO("a/" << path << ": " << bytes);
  for (const auto& [path, bytes] : tree(b)) UNSCOPED_INFO("b/" << path << ": " << bytes);
  CHECK(merged);
}

TEST_CASE("what goes wrong is said in plain words, with the exit code of the contract", "[e2e]") {
  Stage stage;
  const std::string a = stage.home / "a";
  put(a + "/f.txt", "one\n");
  Program share = stage.tutti("share", {"share", a, "--role", "viewer"});
  REQUIRE(eventually([&] { return !first_line(share.out()).empty(); }, 60s));
  const std::string link = first_line(share.out());
  const std::string wrong = link.substr(0, link.size() - 4) + "AAAA";
  put(stage.home / "full/mine.txt", "mine\n");
  struct Case {
    std::vector<std::string> words;
    int code;
    std::string said;
  };
  const Case cases[] = {
      {{"join", wrong, stage.home / "x"}, 3, "not valid"},
      {{"join", "nonsense", stage.home / "x"}, 2, "not a link"},
      {{"join", link.substr(0, link.find('#')), stage.home / "x"}, 2, "behind #"},
      {{"join", "http://127.0.0.1:1" + link.substr(stage.url.size()), stage.home / "x"}, 4, "127.0.0.1:1"},
      {{"join", link, stage.home / "full"}, 1, "not empty"},
      {{"join", link, a + "/f.txt"}, 1, "f.txt"},
      {{"sync", stage.home / "full"}, 1, "not linked"},
      {{"frobnicate"}, 2, "subcommand"},
      {{"share", stage.home / "nowhere"}, 1, "does not exist"},
  };
  for (const Case& each : cases) {
    Program program = stage.tutti("case", each.words);
    const int code = program.wait(60s);
    CAPTURE(each.words, program.err());
    CHECK(code == each.code);
    CHECK((program.err() + program.out()).find(each.said) != std::string::npos);
  }
  SECTION("a viewer's change is kept beside the shared text") {
    const std::string b = stage.home / "b";
    fs::remove(stage.home / "hub/owner.token");  // who has the owner's token comes as the owner, whatever the link says
    Program join = stage.tutti("join", {"join", link, b});
    REQUIRE(eventually([&] { return get(b + "/f.txt") == "one\n" && join.err().find("All files") != std::string::npos; }, 60s));
    put(b + "/f.txt", "mine\n");
    CHECK(eventually([&] { return get(b + "/f.txt.mine") == "mine\n" && get(b + "/f.txt") == "one\n"; }, 30s));
    CHECK(get(a + "/f.txt") == "one\n");
  }
}

#include "sync/exchange/path.hpp"

#include "tests/support/catch.hpp"

using namespace tutti;
using exchange::PathClass;

namespace {

std::string repeat(std::string_view part, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += part;
  return out;
}

}  // namespace

TEST_CASE("a path that every disk can hold is taken") {
  const std::string good[] = {
      "a",
      "main.cpp",
      "src/main.cpp",
      "a/b/c/d/e/f",
      ".gitignore",
      ".config/x",
      "...a",
      "..a/b",
      "a..b",
      "a b/c d.txt",
      " leading",
      "-dash",
      "~home",
      "$HOME",
      "%2e%2e/x",
      "*star",
      "a;b",
      "a'b\"c",
      "100%",
      "naïve.txt",
      "日本語/ファイル.txt",
      "עברית.txt",
      "العربية",
      "Ünïcödé",
      "👩\u200D💻.md",
      "zero\u200Bwidth",
      "con1.txt",
      "console",
      "contact.h",
      "nullable.hpp",
      "auxiliary",
      "com10",
      "com",
      "lpt",
      "lpt0",
      "com0.txt",
      "aux-in/prn-out",
      "conin",
      "a\u00A0b",
      repeat("x", 255),
      repeat("é", 127),
      repeat("a/", 63) + "a",
      repeat(repeat("x", 255) + "/", 15) + repeat("y", 255),
  };
  for (const std::string& path : good) {
    INFO(path);
    CHECK(exchange::check_path(path).ok());
  }
}

TEST_CASE("a path that some disk reads otherwise is refused") {
  const std::string bad[] = {
      "",
      "/",
      "/etc/passwd",
      "//server/share",
      "a/",
      "a//b",
      ".",
      "..",
      "./a",
      "../a",
      "a/.",
      "a/..",
      "a/../b",
      "a/./b",
      "../../../../etc/passwd",
      "a/b/../../../c",
      "\\",
      "a\\b",
      "..\\a",
      "\\\\server\\share",
      "C:",
      "C:/x",
      "C:\\x",
      "c:x",
      "file.txt:stream",
      "file.txt::$DATA",
      ":",
      std::string("a\0b", 3),
      std::string("\0", 1),
      "a\nb",
      "a\rb",
      "a\tb",
      "\x1b[31m",
      "a\x7f",
      "a\u0080",
      "a\u009F",
      "a\u0085",
      "a\u2028",
      "a\u2029",
      "a\u061C",
      "a\u200E",
      "a\u200F",
      "a\u202A",
      "a\u202B",
      "a\u202C",
      "a\u202D",
      "evil\u202Etxt.exe",
      "a\u2066",
      "a\u2067",
      "a\u2068",
      "a\u2069",
      "a.",
      "a..",
      "a ",
      "a. ",
      "dir./a",
      "dir /a",
      "...",
      " ",
      "a/ /b",
      "CON",
      "con",
      "Con.txt",
      "con.tar.gz",
      "a/con/b",
      "con .txt",
      "PRN",
      "prn.log",
      "AUX",
      "aux.c",
      "NUL",
      "nul.txt",
      "src/NUL",
      "COM1",
      "com9.txt",
      "LPT1",
      "lpt9",
      "com¹",
      "COM².txt",
      "lpt³",
      "CONIN$",
      "conout$.x",
      "\xff",
      "a\xfe",
      "\xc0\xaf",
      "..\xc0\xaf..",
      "\xe0\x80\xaf",
      "\xc1\x9c",
      "\xed\xa0\x80",
      "\xf4\x90\x80\x80",
      "\xe2\x82",
      "a\x80",
      repeat("x", 256),
      repeat("é", 128),
      repeat("a/", 64) + "a",
      repeat(repeat("x", 255) + "/", 16) + "y",
  };
  for (const std::string& path : bad) {
    INFO(path);
    const Status status = exchange::check_path(path);
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().code == ErrorCode::invalid);
    CHECK_FALSE(status.error().message.empty());
  }
}

TEST_CASE("paths that some disk takes for one share a key") {
  const std::pair<std::string, std::string> same[] = {
      {"Makefile", "makefile"},
      {"SRC/Main.CPP", "src/main.cpp"},
      {".GIT/config", ".git/config"},
      {".g\u200Cit", ".git"},
      {".gi\u00ADt", ".git"},
      {"\uFEFF.git", ".git"},
      {".gi\uFE0Ft", ".git"},
      {".g\U000E0041it", ".git"},
      {"ÄÖÜ", "äöü"},
      {"ПРИВЕТ", "привет"},
      {"ΑΒΓ", "αβγ"},
      {"ſrc", "src"},
      {"\u212Aey", "key"},
      {"．ｇｉｔ", ".git"},
  };
  for (const auto& [a, b] : same) {
    INFO(a << " " << b);
    CHECK(exchange::path_key(a) == exchange::path_key(b));
  }
  const std::pair<std::string, std::string> different[] = {{"a", "b"}, {"a/b", "a-b"}, {"é", "e"}, {"×", "÷"}, {"a", "a1"}};
  for (const auto& [a, b] : different) {
    INFO(a << " " << b);
    CHECK(exchange::path_key(a) != exchange::path_key(b));
  }
}

TEST_CASE("what must not leave a disk is classed so, however it is spelled") {
  for (const std::string path : {
           ".git",
           ".git/config",
           "sub/.git/hooks/pre-commit",
           "sub/.git",
           ".GIT/config",
           ".Git",
           ".g\u200Cit/config",
           "GIT~1/config",
           "git~2",
           ".hg/hgrc",
           ".svn/entries",
           ".jj/repo",
           ".bzr/branch",
           "_darcs/x",
           "x/CVS/Entries",
           ".git-credentials",
           ".tutti/session.json",
           ".tutti",
           ".TUTTI/journal",
           ".env",
           "a/.env",
           ".ENV",
           ".env.local",
           ".env.production",
           ".env.example.local",
           "server.pem",
           "tls/server.KEY",
           "a.key",
           "x.kdbx",
           "x.p12",
           "x.pfx",
           "x.jks",
           "x.ppk",
           "id_rsa",
           ".ssh/id_ed25519",
           ".ssh/config",
           "keys/id_ecdsa",
           ".gnupg/secring.gpg",
           ".aws/credentials",
           "home/.aws/config",
           ".azure/accessTokens.json",
           ".kube/config",
           ".docker/config.json",
           ".netrc",
           "_netrc",
           ".npmrc",
           "packages/a/.npmrc",
           ".pypirc",
           ".pgpass",
           ".cargo/credentials.toml",
           "config/secrets.yml",
           "terraform.tfstate",
           "id_rsa.bak",
           "server.pem~",
           ".server.key.swp",
           "#.env#",
           ".#.env",
           ".npmrc.orig",
           "id_rsa.bak.old",
           ".env~",
       }) {
    INFO(path);
    CHECK(exchange::classify_path(path) == PathClass::never);
  }
}

TEST_CASE("what runs on open or build is guarded") {
  for (const std::string path : {
           ".gitmodules",
           ".husky/pre-commit",
           ".vscode/tasks.json",
           ".vscode/settings.json",
           ".vscode/launch.json",
           "sub/.VSCode/tasks.json",
           "my.code-workspace",
           ".idea/workspace.xml",
           ".zed/settings.json",
           ".exrc",
           ".nvim.lua",
           ".dir-locals.el",
           ".envrc",
           ".mise.toml",
           "Makefile",
           "makefile",
           "sub/GNUmakefile",
           "CMakeLists.txt",
           "CMakePresets.json",
           "build.rs",
           ".cargo/config.toml",
           "package.json",
           "web/package.json",
           "conftest.py",
           "sitecustomize.py",
           "x.pth",
           ".clangd",
           ".devcontainer/devcontainer.json",
           ".github/workflows/ci.yml",
           ".gitlab-ci.yml",
           ".circleci/config.yml",
           "Jenkinsfile",
           ".mcp.json",
           "AGENTS.md",
           "agents.md",
           ".cursor/rules",
           ".claude/settings.json",
       }) {
    INFO(path);
    CHECK(exchange::classify_path(path) == PathClass::guarded);
  }
}

TEST_CASE("everything else is normal") {
  for (const std::string path : {
           "main.cpp",
           "src/env.cpp",
           ".env.example",
           "deploy/.env.example",
           ".gitignore",
           "git/config",
           "docs/git.md",
           "x.git.md",
           "keyboard.c",
           "monkey.c",
           "id_rsa.pub",
           "pem.md",
           "keys/readme.txt",
           "package-lock.json",
           "environment.ts",
           "cargo.toml",
           "git~a",
           "cvs/readme",
           "aws/credentials.md",
           "makefile.md",
           "xmakefile",
           "",
           "/",
           "\xff",
       }) {
    INFO(path);
    CHECK(exchange::classify_path(path) == PathClass::normal);
  }
}

#include "lsp-server/mirror/root.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "tests/support/catch.hpp"
#include "tests/workspace/support.hpp"

using namespace tutti;
using namespace tutti::mirror;
using tutti::test::exists;
using tutti::test::get;
using tutti::test::put;
namespace fs = std::filesystem;

namespace {

std::vector<Root> both_kinds(const std::string& folder) {
  std::vector<Root> roots;
  auto kernel = Root::open(folder);
  auto walking = Root::open_without_openat2(folder);
  REQUIRE(kernel.ok());
  REQUIRE(walking.ok());
  roots.push_back(*std::move(kernel));
  roots.push_back(*std::move(walking));
  return roots;
}

}  // namespace

TEST_CASE("files are written whole, with parents, and keep their mode", "[root]") {
  test::TemporaryFolder disk;
  for (const Root& root : both_kinds(disk.path())) {
    REQUIRE(root.write("a/b/c.txt", "one", std::nullopt, false).ok());
    CHECK(get(disk / "a/b/c.txt") == "one");
    REQUIRE(chmod((disk / "a/b/c.txt").c_str(), 0754) == 0);
    const auto again = root.write("a/b/c.txt", "two", "one", false);
    REQUIRE(again.ok());
    CHECK_FALSE(again->displaced);
    CHECK(get(disk / "a/b/c.txt") == "two");
    struct stat status {};
    REQUIRE(stat((disk / "a/b/c.txt").c_str(), &status) == 0);
    CHECK((status.st_mode & 0777U) == 0754U);
    CHECK(std::distance(fs::directory_iterator(disk / "a/b"), {}) == 1);
    CHECK(root.remove("a/b/c.txt").ok());
    CHECK_FALSE(exists(disk / "a"));
  }
}

TEST_CASE("a write hands back what it did not expect to replace", "[root]") {
  test::TemporaryFolder disk;
  for (const Root& root : both_kinds(disk.path())) {
    put(disk / "f", "somebody else's");
    const auto written = root.write("f", "ours", "what we knew", false);
    REQUIRE(written.ok());
    REQUIRE(written->displaced);
    CHECK(written->displaced->bytes == "somebody else's");
    CHECK(get(disk / "f") == "ours");
  }
}

TEST_CASE("no symlink leads out, and no special file is opened", "[root]") {
  test::TemporaryFolder disk, outside;
  put(outside / "secret", "secret");
  fs::create_directory_symlink(outside.path(), disk / "link");
  fs::create_symlink(outside / "secret", disk / "file_link");
  REQUIRE(mkfifo((disk / "pipe").c_str(), 0600) == 0);
  for (const Root& root : both_kinds(disk.path())) {
    const auto through = root.read("link/secret", 100);
    CHECK_FALSE((through.ok() && through.value()));
    CHECK_FALSE(root.read("file_link", 100).ok());
    CHECK_FALSE(root.read("pipe", 100).ok());
    CHECK_FALSE(root.write("link/new", "x", std::nullopt, false).ok());
    CHECK_FALSE(root.write("link/secret", "x", "secret", false).ok());
    CHECK_FALSE(root.write("file_link", "x", std::nullopt, false).ok());
    CHECK_FALSE(root.write("pipe", "x", std::nullopt, false).ok());
    CHECK_FALSE(root.rename("file_link", "link/moved").ok());
    CHECK(root.remove("link/secret").ok());  // nothing there, as far as the root is concerned
  }
  CHECK(get(outside / "secret") == "secret");
  CHECK(std::distance(fs::directory_iterator(outside.path()), {}) == 1);
}

TEST_CASE("a folder swapped for a symlink during writes never lets one out", "[root]") {
  test::TemporaryFolder disk, outside;
  const bool in_kernel = GENERATE(true, false);
  auto root = in_kernel ? Root::open(disk.path()) : Root::open_without_openat2(disk.path());
  REQUIRE(root.ok());
  const std::string folder = disk / "d", link = disk / "l";
  fs::create_directory(folder);
  fs::create_directory_symlink(outside.path(), link);
  std::atomic<bool> stop{false};
  std::thread swapper([&] {
    while (!stop) renameat2(AT_FDCWD, folder.c_str(), AT_FDCWD, link.c_str(), RENAME_EXCHANGE);
  });
  std::size_t inside = 0, refused = 0;
  const char* wanted = std::getenv("TUTTI_RACE_TRIES");
  const int tries = wanted != nullptr ? std::atoi(wanted) : 20'000;
  for (int i = 0; i < tries; ++i) {
    (root->write("d/x", std::to_string(i), std::nullopt, false).ok() ? inside : refused) += 1;
    static_cast<void>(root->read("d/x", 100));
  }
  stop = true;
  swapper.join();
  INFO("written " << inside << ", refused " << refused);
  CHECK(inside > 0);
  CHECK(refused > 0);
  CHECK(fs::is_empty(outside.path()));
}

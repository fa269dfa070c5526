#include "sync/net/stdio/stdio.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>

#include "sync/net/file_watch.hpp"
#include "tests/net/support.hpp"

using namespace tutti;
using namespace tutti::net;
using namespace tutti::net::test;

namespace {

struct Pair {
  explicit Pair(bool socket) {
    int fds[2] = {-1, -1};
    REQUIRE((socket ? ::socketpair(AF_UNIX, SOCK_STREAM, 0, fds) : ::pipe(fds)) == 0);
    in = fds[0];
    out = fds[1];
  }
  ~Pair() {
    close_in();
    close_out();
  }
  void close_in() {
    if (in >= 0) ::close(std::exchange(in, -1));
  }
  void close_out() {
    if (out >= 0) ::close(std::exchange(out, -1));
  }
  int in;
  int out;
};

struct Reading {
  Reading(TestLoop& loop, int fd) {
    FdReader::Callbacks callbacks;
    callbacks.on_data = [this](std::string_view bytes) {
      if (paused) ++stray;
      received.append(bytes);
    };
    callbacks.on_end = [this](Status status) { end = std::move(status); };
    auto opened = FdReader::open(loop, fd, std::move(callbacks));
    REQUIRE(opened.ok());
    reader = std::move(*opened);
  }
  std::unique_ptr<FdReader> reader;
  std::string received;
  std::optional<Status> end;
  bool paused = false;
  int stray = 0;
};

struct Writing {
  Writing(TestLoop& loop, int fd, std::size_t limit = FdWriter::default_limit) {
    FdWriter::Callbacks callbacks;
    callbacks.on_writable = [this] { ++writable; };
    callbacks.on_fail = [this](Status status) { failure = std::move(status); };
    auto opened = FdWriter::open(loop, fd, std::move(callbacks), limit);
    REQUIRE(opened.ok());
    writer = std::move(*opened);
  }
  std::unique_ptr<FdWriter> writer;
  std::optional<Status> failure;
  int writable = 0;
};

std::string numbers(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += std::to_string(i) + '\n';
  return out;
}

}  // namespace

TEST_CASE("what is written to a pipe or a socket is read from it, whole and in order") {
  for (const bool socket : {false, true}) {
    TestLoop loop;
    Pair pair(socket);
    const std::string all = numbers(200'000);
    Reading reading(loop, pair.in);
    {
      Writing writing(loop, pair.out);
      bool flushed = false;
      for (std::size_t at = 0; at < all.size(); at += 10'000) writing.writer->write(all.substr(at, 10'000));
      CHECK(writing.writer->queued() == all.size());
      writing.writer->when_flushed([&] { flushed = true; });
      loop.until([&] { return flushed; });
      CHECK(writing.writable == 1);
      CHECK(writing.writer->queued() == 0);
    }
    pair.close_out();
    loop.until([&] { return reading.end.has_value(); });
    CHECK(reading.end->ok());
    CHECK(reading.received == all);
  }
}

TEST_CASE("files are read and written through the same interface") {
  TestLoop loop;
  const TempDir dir;
  const std::string all = numbers(100'000);
  write_file(dir.path("in"), all);
  const int in = ::open(dir.path("in").c_str(), O_RDONLY | O_CLOEXEC);
  const int out = ::open(dir.path("out").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  Reading reading(loop, in);
  Writing writing(loop, out);
  loop.until([&] { return reading.end.has_value(); });
  CHECK(reading.received == all);
  bool flushed = false;
  for (std::size_t at = 0; at < all.size(); at += 1'000) writing.writer->write(all.substr(at, 1'000));
  writing.writer->when_flushed([&] { flushed = true; });
  loop.until([&] { return flushed; });
  CHECK(read_file(dir.path("out")) == all);
  ::close(in);
  ::close(out);
}

TEST_CASE("a paused reader delivers nothing, from a pipe as from a file") {
  TestLoop loop;
  const TempDir dir;
  write_file(dir.path("in"), numbers(100'000));
  const int file = ::open(dir.path("in").c_str(), O_RDONLY | O_CLOEXEC);
  Pair pair(false);
  REQUIRE(::write(pair.out, "hello", 5) == 5);
  for (const int fd : {file, pair.in}) {
    Reading reading(loop, fd);
    loop.until([&] { return !reading.received.empty(); });
    reading.reader->pause();
    reading.paused = true;
    REQUIRE(::write(pair.out, "hello", 5) == 5);
    bool passed = false;
    Timer timer(loop);
    timer.once(Duration(10), [&] { passed = true; });
    loop.until([&] { return passed; });
    CHECK(reading.stray == 0);
    const std::size_t before = reading.received.size();
    reading.paused = false;
    reading.reader->resume();
    loop.until([&] { return reading.received.size() > before; });
  }
  ::close(file);
}

TEST_CASE("a writer whose reader is gone or asleep fails once, and stays quiet") {
  TestLoop loop;
  Pair broken(false);
  broken.close_in();
  Writing to_nobody(loop, broken.out);
  to_nobody.writer->write("x");
  loop.until([&] { return to_nobody.failure.has_value(); });
  CHECK_FALSE(to_nobody.failure->ok());
  to_nobody.writer->write("y");
  bool flushed = false;
  to_nobody.writer->when_flushed([&] { flushed = true; });
  loop.until([&] { return flushed; });

  Pair asleep(false);
  Writing to_sleeper(loop, asleep.out, 1'000'000);
  bool room = true;
  while (room) room = to_sleeper.writer->write(std::string(100'000, 'x'));
  CHECK(to_sleeper.writer->queued() > FdWriter::high_water);
  for (int i = 0; i < 10; ++i) to_sleeper.writer->write(std::string(100'000, 'x'));
  loop.until([&] { return to_sleeper.failure.has_value(); });
  CHECK(to_sleeper.failure->error().code == ErrorCode::limit);
}

TEST_CASE("the descriptor stays open, and blocking as it was") {
  TestLoop loop;
  Pair pair(false);
  {
    Reading reading(loop, pair.in);
    Writing writing(loop, pair.out);
    writing.writer->write("x");
    loop.until([&] { return reading.received == "x"; });
    CHECK((::fcntl(pair.in, F_GETFL) & O_NONBLOCK) != 0);
  }
  CHECK((::fcntl(pair.in, F_GETFL) & O_NONBLOCK) == 0);
  CHECK((::fcntl(pair.out, F_GETFL) & O_NONBLOCK) == 0);
  CHECK_FALSE(FdReader::open(loop, 987, {}).ok());
}

TEST_CASE("reader and writer may be destroyed in their callbacks, and in the middle of file work") {
  TestLoop loop;
  Pair pair(false);
  std::unique_ptr<FdReader> reader;
  FdReader::Callbacks callbacks;
  callbacks.on_data = [&](std::string_view) { reader.reset(); };
  auto opened = FdReader::open(loop, pair.in, std::move(callbacks));
  REQUIRE(opened.ok());
  reader = std::move(*opened);
  REQUIRE(::write(pair.out, "x", 1) == 1);
  loop.until([&] { return !reader; });

  const TempDir dir;
  write_file(dir.path("in"), numbers(10'000));
  const int file = ::open(dir.path("in").c_str(), O_RDWR | O_CLOEXEC);
  for (int turns = 0; turns < 3; ++turns) {
    const Reading reading(loop, file);
    const Writing writing(loop, file);
    writing.writer->write(std::string(100'000, 'x'));
    for (int i = 0; i < turns; ++i) {
      static_cast<void>(loop.loop.run_until([n = 0]() mutable { return ++n > 1; }, Duration(10)));
    }
  }
  ::close(file);
}

TEST_CASE("changes in watched directories are reported by directory and name") {
  TestLoop loop;
  const TempDir dir;
  std::filesystem::create_directory(dir.path("sub"));
  std::vector<std::string> seen;
  DirectoryWatch watch(
      loop, [&](const std::string& directory, std::string_view name) { seen.push_back(directory + '/' + std::string(name)); },
      2);
  const auto saw = [&](const std::string& path) { return std::find(seen.begin(), seen.end(), path) != seen.end(); };
  REQUIRE(watch.add(dir.path()).ok());
  REQUIRE(watch.add(dir.path()).ok());
  REQUIRE(watch.add(dir.path("sub")).ok());
  CHECK(watch.size() == 2);
  CHECK(watch.add("/").error().code == ErrorCode::limit);
  write_file(dir.path("a"), "1");
  write_file(dir.path("sub/b"), "2");
  loop.until([&] { return saw(dir.path("a")) && saw(dir.path("sub/b")); });
  watch.remove(dir.path("sub"));
  CHECK(watch.add(dir.path("none")).error().code == ErrorCode::not_found);
  CHECK(watch.size() == 1);
}

TEST_CASE("a watch may be destroyed in its callback") {
  TestLoop loop;
  const TempDir dir;
  std::unique_ptr<DirectoryWatch> watch;
  int calls = 0;
  watch = std::make_unique<DirectoryWatch>(loop, [&](const std::string&, std::string_view) {
    ++calls;
    watch.reset();
  });
  REQUIRE(watch->add(dir.path()).ok());
  for (const char* name : {"a", "b", "c"}) write_file(dir.path(name), "1");
  loop.until([&] { return !watch; });
  CHECK(calls == 1);
}

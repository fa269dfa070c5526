// What goes on, and how well, while something is slow.
#include <atomic>
#include <chrono>
#include <thread>

#include "protocol/base/random.hpp"
#include "tests/hub/house.hpp"
#include "tests/support/catch.hpp"

using namespace tutti;
using namespace tutti::test;

namespace {

constexpr std::size_t page = 120'000;

std::size_t size_of(const std::vector<std::string>& frames) {
  std::size_t bytes = 0;
  for (const std::string& frame : frames) bytes += frame.size();
  return bytes;
}

std::string noise(Random& random, std::size_t size) {
  std::string text(size, ' ');
  for (char& c : text) c = static_cast<char>('!' + random.below(90));
  return text;
}

}  // namespace

TEST_CASE("With a slow store everybody sees what is typed long before it is saved, and it is saved in few groups") {
  auto store = std::make_shared<store::MemoryStore>();
  House house(store);
  const auto session = house.session();
  auto owner = house.enter(session, session.token);
  auto reader = house.enter(session, house.join(session, house.link(session)).ticket);
  owner->create("a.txt");
  owner->await_durable(1);
  REQUIRE(reader->wait([&] { return reader->count<wire::FileCreate>() == 1; }));
  reader->fetch(owner->document());
  reader->await<wire::Fetched>();
  std::atomic<int> appends = 0;
  store->before_each([&](std::string_view call) {
    if (call != "append") return;
    ++appends;
    std::this_thread::sleep_for(std::chrono::milliseconds(400));
  });
  std::uint64_t request = 0;
  for (int i = 0; i < 200; ++i) request = owner->type(std::to_string(i % 10));
  REQUIRE(reader->wait([&] { return reader->heard().size() == 200; }));
  CHECK(owner->durable() < request);
  CHECK(owner->last<wire::ErrorMessage>() == nullptr);  // slow is no trouble
  owner->await_durable(request);
  CHECK(appends < 10);
  store->before_each({});
}

TEST_CASE("Who was cut off for being slow comes back to the text, and not to all that was written meanwhile") {
  auto store = std::make_shared<store::MemoryStore>();
  House house(store);
  const auto session = house.session();
  auto owner = house.enter(session, session.token);
  const auto guest = house.join(session, house.link(session));
  auto stuck = house.enter(session, guest.ticket);
  std::vector<DocumentId> documents;
  for (const char* path : {"one.log", "two.log", "three.log", "four.log"}) {
    owner->create(path);
    documents.push_back(owner->document());
  }
  REQUIRE(stuck->wait([&] { return stuck->count<wire::FileCreate>() == documents.size(); }));
  for (const auto document : documents) stuck->fetch(document);
  REQUIRE(stuck->wait([&] { return stuck->count<wire::Fetched>() == documents.size(); }));
  stuck->socket().pause();
  Random random(1);
  const auto closed = [&] { return house.hub->metrics().slow_readers_closed == 1; };
  std::size_t written = 0;
  for (const auto document : documents) {
    if (closed()) break;
    owner->follow(document);
    for (int i = 0; i < 100 && !closed(); ++i, written += page) owner->await_durable(owner->type(noise(random, page)));
    owner->await_durable(owner->take_back_all());
    owner->await_durable(owner->type("what is left of it\n" + std::string(3000, '.')));
  }
  REQUIRE(closed());
  stuck->socket().resume();
  stuck->await_end();

  auto back = house.enter(session, guest.token);
  for (const auto document : documents) {
    wire::Fetch fetch;
    fetch.document = document;
    fetch.text = true;
    back->say(fetch);
  }
  REQUIRE(back->wait([&] { return back->count<wire::Fetched>() == documents.size(); }));
  CHECK(size_of(back->binary) < 100'000);
  CHECK(size_of(back->binary) * 20 < written);  // how much that is hangs on how soon the machine let it be too much
}

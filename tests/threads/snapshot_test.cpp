// What the threads of a process share of a text. Run under TSan as well.

#include <thread>

#include "sync/text/rope.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/random_text.hpp"

using namespace tutti;
using namespace tutti::text;

TEST_CASE("a snapshot is read by another thread while the rope is edited") {
  Random random(9);
  Rope rope(test::random_text(random, 3000));
  std::vector<std::thread> readers;
  std::vector<int> wrong(8, 0);
  for (std::size_t i = 0; i < wrong.size(); ++i) {
    readers.emplace_back([&wrong, i, snapshot = rope.snapshot(), text = rope.str()]() mutable {
      for (int round = 0; round < 20; ++round) {
        std::string read;
        for (std::string_view piece; !(piece = snapshot.read(Bytes(read.size()))).empty();) read += piece;
        const bool same = read == text && snapshot.str() == text && snapshot.to_bytes(snapshot.size()) == Bytes(text.size());
        if (!same) ++wrong[i];
      }
      snapshot = Snapshot();
    });
    for (int k = 0; k < 200; ++k) rope.insert(Chars(random.below(rope.size().value + 1)), "xyz\n");
  }
  for (auto& reader : readers) reader.join();
  CHECK(wrong == std::vector<int>(8, 0));
}

TEST_CASE("the last owner of a text may be on any thread") {
  Random random(10);
  std::vector<std::thread> owners;
  {
    Rope rope;
    for (int i = 0; i < 6; ++i) {
      for (int k = 0; k < 200; ++k) rope.insert(Chars(random.below(rope.size().value + 1)), "abc\n");
      owners.emplace_back([copy = rope]() mutable {
        for (std::uint64_t k = 0; k < 200; ++k) copy.erase(Chars(k), Chars(k + 1));
      });
    }
  }
  for (auto& owner : owners) owner.join();
}

// Editors of three habits on one replica (link_table.hpp), thousands of times. At rest every buffer is the replica, and no
// word was lost or doubled. TUTTI_LINK_SEED=N replays one seed; TUTTI_LINK_SEEDS=K runs more or fewer than the declared number,
// TUTTI_LINK_STEPS=K longer or shorter ones (of two editors and more; one alone takes half as many).

#include "tests/lsp/link_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/setting.hpp"

namespace tutti::link {
namespace {

using test::setting;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t declared = 150;
#else
constexpr std::uint64_t declared = 1'500;  // 10,500 rounds at seven tables, about 20 s of one core in the dev preset
#endif

TEST_CASE("editors of every habit converge with the replica, and nothing is lost or doubled") {
  const std::vector<std::vector<Temper>> tables = {{neovim_like},
                                                   {vscode_like},
                                                   {emacs_like},
                                                   {neovim_like, vscode_like},
                                                   {neovim_like, emacs_like},
                                                   {vscode_like, emacs_like},
                                                   {neovim_like, vscode_like, emacs_like}};
  const std::uint64_t only = setting("TUTTI_LINK_SEED", 0);
  const std::uint64_t first = only != 0 ? only : 1;
  const std::uint64_t count = only != 0 ? 1 : setting("TUTTI_LINK_SEEDS", declared);
  const int steps = static_cast<int>(setting("TUTTI_LINK_STEPS", 200));
  for (const auto& tempers : tables) {
    for (std::uint64_t seed = first; seed < first + count; ++seed) {
      INFO(tempers.size() << " editors, first " << tempers[0].name << "; replay with TUTTI_LINK_SEED=" << seed);
      Table table(seed, tempers);
      table.run(tempers.size() == 1 ? steps / 2 : steps);
      CHECK(table.fault() == "");
    }
  }
}

}  // namespace
}  // namespace tutti::link

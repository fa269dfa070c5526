#pragma once

#include <deque>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "lsp-server/link/link.hpp"
#include "protocol/base/random.hpp"
#include "tests/support/mint.hpp"

namespace tutti::link {

using test::between_words;
using test::Mint;
using test::to_utf32;
using test::to_utf8;

/// What the three kinds of editors do differently.
struct Temper {
  const char* name;
  Habits habits;
  bool asynchronous = false;  ///< tries a server edit, may be refused when the person types meanwhile
};

inline constexpr Temper neovim_like{"neovim", {text::Encoding::utf8, true, false}, false};
inline constexpr Temper vscode_like{"vscode", {text::Encoding::utf16, false, true}, true};
inline constexpr Temper emacs_like{"emacs", {text::Encoding::utf32, false, false}, false};

struct DidOpen {
  std::string text;
  std::string disk;  ///< as of then
};
struct DidClose {};
struct DidSave {};
using ToServer = std::variant<DidOpen, DidClose, DidSave, Edited, Acked>;
using ToEditor = std::variant<SendEdit, SendResync>;

/// An editor with our plugin, in code points and without any of the code under test.
class SimulatedEditor {
 public:
  SimulatedEditor(const Temper& temper, Mint& mint, std::set<char32_t>& erased)
      : temper_(temper), mint_(mint), erased_(erased) {}

  void open(std::u32string document);
  /// One random thing that the person or a tool does.
  void act(Random& random);
  void type(Random& random);
  void receive(const ToEditor& message);
  /// Goes on with what an asynchronous editor has under way.
  void progress(Random& random);
  /// Everything that came was applied or dropped.
  [[nodiscard]] bool is_idle() const { return queue_.empty() && !trying_; }
  void reopen(Random& random);
  /// The buffer becomes what is on disk. A reload during a try ends it, and what was held comes out before: a key that was
  /// pressed is never dropped for being young.
  void reload();
  void save();

  /// The file that the buffer stands for.
  [[nodiscard]] std::u32string document() const;
  [[nodiscard]] const std::u32string& on_disk() const { return disk_; }

  std::deque<ToServer> outbox;
  std::set<char32_t> typed;  ///< by this person
  bool may_reload = true;    ///< gives up what the link does not know of

 private:
  struct Change {
    std::size_t from, to;
    std::u32string text;
  };
  std::u32string word(Random& random, std::size_t most);
  void change(std::vector<Change> changes, bool whole_text, Random& random);
  std::vector<Change> random_changes(Random& random, std::size_t most);
  void send_or_hold(std::variant<Edit, DidSave> event);
  void send(Edit edit);
  bool apply(const Edit& edit);
  void land(const Edit& edit);
  [[nodiscard]] bool fits(const Edit& edit) const;
  void refuse();
  void close();
  void start();
  [[nodiscard]] text::Place place(std::size_t at) const;
  [[nodiscard]] std::size_t offset(text::Place place) const;

  Temper temper_;
  Mint& mint_;
  std::set<char32_t>& erased_;
  std::u32string buffer_, disk_;
  bool newline_ = true;
  std::uint64_t epoch_ = 0, mine_ = 0, theirs_ = 0;
  std::deque<Edit> queue_;  ///< asynchronous: server edits to try
  bool trying_ = false;
  std::vector<std::variant<Edit, DidSave>> held_;  ///< what happened during the try, in order
};

}  // namespace tutti::link

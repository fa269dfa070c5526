#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "lsp-server/plain/link.hpp"
#include "protocol/base/random.hpp"
#include "tests/plain/clock.hpp"
#include "tests/support/mint.hpp"

namespace tutti::plain {

/// What a client does with versions, edits and messages. Each is one of a real editor, and was measured there.
struct Temper {
  const char* label = "";
  const char* name = nullptr;  ///< clientInfo
  const char* version = "";
  text::Encoding encoding = text::Encoding::utf16;

  bool counts_from_zero = false;
  bool skips_versions = false;  ///< versions jump
  enum class Check { exact, newer_and_not_zero, none } check = Check::exact;
  bool lies = false;                 ///< says yes to everything
  unsigned race_percent = 0;         ///< of the edits, a key comes between the check and the edit
  bool echoes_first = false;         ///< tells the change before it answers
  std::int64_t limit_ms = 0;         ///< at most one message in so many, the first at once
  std::int64_t idle_ms = 0;          ///< tells changes only after so long a pause
  unsigned disorder_percent = 0;     ///< of the messages, which come later than the ones after them
  bool one_version_for_two = false;  ///< the parts of one action have one version, and may come apart
  bool tells_empty = false;          ///< an empty edit is told as an empty change
  bool minimises = false;            ///< cuts from an edit what it does not change
  bool whole_texts = false;          ///< tells the whole text with every message
  bool pulls = false;                ///< takes only what it asks for
  bool undoes = false;               ///< the person uses the editor's own undo
  bool implicit_newline = false;     ///< the last newline is out of reach
};

[[nodiscard]] const std::vector<Temper>& tempers();

/// What people typed and erased, together.
struct Ledger {
  test::Mint mint;
  std::set<char32_t> erased;
  std::set<char32_t> gone;         ///< of them, those whose person saw the text as the link knew it: they do not come back
  std::map<char32_t, int> common;  ///< characters that everybody types, and nobody erases
  std::set<char32_t> undone;       ///< an editor's own undo took them or brought them back, whosever they are
};

/// An editor with nothing of ours, and its person.
class Client {
 public:
  struct Wire {
    std::function<void(const Event&)> tell;  ///< as soon as the message arrives; the client keeps the order
    std::function<std::vector<link::Replacement>()> pull;
  };
  Client(const Temper& temper, Clock& clock, Random& random, Ledger& ledger, Wire wire);

  void open(const std::string& text);
  void receive(const Push& push);
  /// The person does something; keys of a word follow each other.
  void act();
  void save();
  void pull();

  [[nodiscard]] const char* label() const { return temper_.label; }
  [[nodiscard]] const text::Rope& text() const { return buffer_; }
  [[nodiscard]] bool is_idle() const { return pending_.empty() && keys_.empty() && !applying_; }

 private:
  struct Done {
    text::Chars from;
    std::u32string before, after;
  };
  struct Pending {
    Change change;
    Version version;
  };
  void change(text::Chars from, text::Chars to, const std::string& text, bool new_version);
  void apply(const std::vector<link::Replacement>& edits);
  void answer(const Push& push, bool applied);
  [[nodiscard]] bool accepts(const Push& push) const;
  void key();
  void type_word();
  void erase();
  void join_lines();
  void undo();
  void paste();
  void changed();
  void flush();
  void send(Changed message);
  [[nodiscard]] std::int64_t lag();
  [[nodiscard]] text::Chars reach() const;  ///< how far the person's hand goes
  [[nodiscard]] text::Chars place();
  [[nodiscard]] std::u32string word(std::size_t most);

  Temper temper_;
  Clock& clock_;
  Random& random_;
  Ledger& ledger_;
  Wire wire_;
  Pipe pipe_;
  text::Rope buffer_;
  bool holds_newline_ = false;  ///< at its end, out of reach
  Version version_;
  std::vector<Pending> pending_;
  std::optional<Instant> flushed_, flush_at_;
  Instant changed_at_;
  std::u32string keys_;  ///< to be pressed
  text::Chars caret_;
  std::vector<std::vector<Done>> done_;  ///< what the editor's undo takes back, in steps; a server's edit is one
  bool applying_ = false;
  bool may_be_stale_;  ///< an edit can be, or was, applied to a text that it was not made for
};

}  // namespace tutti::plain

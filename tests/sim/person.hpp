#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "protocol/base/random.hpp"
#include "sync/peer/peer.hpp"
#include "sync/session/session.hpp"
#include "tests/sim/desk.hpp"
#include "tests/sim/paper.hpp"

namespace tutti::sim {

/// What became of a token that somebody wrote. Tokens are never deleted by an edit, so each says what became of its keystroke.
/// `typed`: into an editor, whose message is on its way to the peer.
enum class Fate { typed, written, safe, refused, forgotten };

struct Token {
  std::size_t author = 0;
  DocumentId document;
  Fate fate = Fate::written;
  /// How often it may be there. An old journal of a replica that was given up since does not say whether what it holds has been
  /// made again under another name.
  std::size_t most = 1;
};

using Ledger = std::map<std::string, Token>;

/// What came of a piece of work.
struct Work {
  bool edited = false;
  std::string fault;  ///< what must not be
};

/// A participant with hands: a peer, and random work on it.
class Person {
 public:
  Person(std::size_t number, std::uint64_t seed, Ledger& ledger);

  std::unique_ptr<peer::Peer> peer;
  std::size_t number;
  session::Member member;

  Paper paper;

  /// A new process, with what its journal holds after `end`. What is not in there any more counts as forgotten; it must not be
  /// anything that a process that was merely killed had written. Empty, or what is wrong.
  std::string restart(Paper::End end);
  /// One piece of work, by a seed of its own.
  Work work(std::uint64_t seed, Instant now, peer::Effects& effects);
  /// Messages between the open editors and the peer are on their way.
  [[nodiscard]] bool busy() const;
  /// Some of them arrive. How many edits editors refused.
  std::uint64_t attend(Instant now, peer::Effects& effects);
  /// Keeps a second copy of every text by the announced edits alone, as an editor does; empty, or what does not fit.
  std::string watch(const peer::Effects& effects, Instant now);
  void note_safe();
  [[nodiscard]] std::string compare_shown() const;

 private:
  void begin(std::optional<peer::journal::Image> image);
  void note_doubtful(const peer::journal::Image& image);
  [[nodiscard]] bool holds(const Token& what, const std::string& token) const;
  [[nodiscard]] std::optional<DocumentId> any_ready();
  bool edit(Instant now, peer::Effects& effects);
  bool give(DocumentId document, const text::Delta& delta, Instant now, peer::Effects& effects);
  /// The editor that has the text open, if one has.
  Desk* desk_of(DocumentId document);
  void attend(DocumentId document, Desk& desk, Instant now, peer::Effects& effects);
  /// Undo or redo: a fault when it touches what somebody else wrote.
  std::string turn_back(Instant now, peer::Effects& effects);
  std::string note_turned(DocumentId document, const std::string& before, const std::string& after);
  void write_token(DocumentId document, Fate fate, text::Delta& delta);
  void create(Instant now, peer::Effects& effects);
  void change_tree(Instant now, peer::Effects& effects);
  void note(DocumentId document, Fate fate, const std::string& words);
  /// Those that had `from`.
  void note(DocumentId document, Fate from, Fate to, const std::string& words);

  Random random_;   ///< of the work at hand
  Random chances_;  ///< of its processes
  Ledger& ledger_;
  std::map<DocumentId, text::Rope> shown_;
  std::map<DocumentId, Desk> desks_;
  std::uint64_t serial_ = 0;
  unsigned lives_ = 0;
};

}  // namespace tutti::sim

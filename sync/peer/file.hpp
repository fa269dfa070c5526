#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/wire/bulk.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/merge/document.hpp"
#include "sync/merge/past/revival.hpp"
#include "sync/merge/past/undo.hpp"
#include "sync/peer/carets.hpp"
#include "sync/peer/reports.hpp"

namespace tutti::peer {

/// A file of the hub, which takes several steps to open and to take in where people wrote at once in it.
struct Arrival {
  merge::Document copy;
  bool opened = false;
  merge::Known known;  ///< what need not be taken in any more
  /// What the hub said of the document behind it, in order.
  std::deque<std::variant<wire::FileEdit, wire::Fetched, wire::TextCheck>> behind;
};

/// A fetch of one document under way.
struct Fetching {
  bool asked = false;  ///< the hub was asked on this connection
  /// Our events from here on are fetched although we have some of that name: another's may stand there.
  std::optional<merge::EventName> compare;
  bool whole = false;  ///< from nothing, for a first copy, a repair or the past; else only what is missing
  bool past = false;   ///< with the history before the text
  bool again = false;  ///< and then the past: something does not fit without it
  /// Among that is an edit that a former process made as our replica: its names are not to be used again.
  bool lacks_own = false;
  wire::HistoryAssembly parts;
  std::unique_ptr<merge::Document> copy;  ///< what has come of a whole one
  std::optional<Arrival> arrival;         ///< what has come and is still being looked at
};

/// Our copy holds what the hub's will never hold: refused edits of ours and those that follow on them, or others' that went
/// down with a hub. The hub's copy is fetched whole, and what is ours and still wanted is made again on top of it.
struct Repair {
  std::vector<merge::Change> refused;  ///< to be taken back here
  std::string words;                   ///< what was written and is to be made again
  /// Takes the earlier one.
  void note_spent(merge::EventName name) {
    if (!spent || (spent->replica == name.replica && name.seq < spent->seq)) spent = name;
  }
  std::optional<merge::EventName> spent;  ///< our events from here on are named anew; others may stand under their names
  std::vector<merge::Revival> revivals;   ///< what undo and redo of ours brought back
};

/// A change of somebody else's that is not in the text yet.
struct Incoming {
  merge::Change change;
  std::optional<ParticipantId> author;
};

/// One document, as this participant has it.
struct File {
  wire::DocumentInfo info;                ///< `info.path` as it is shown here, own renames included
  std::string hub_path;                   ///< as the hub last said
  Position path_position;                 ///< of the newest fact about the path
  bool on_hub = false;                    ///< false: our creation is not ordered yet
  std::optional<Position> created;        ///< position of another's creation that may not be durable
  std::unique_ptr<merge::Document> text;  ///< null until it is here
  std::deque<Incoming> incoming;          ///< what it lacks and is here, in the order in which it came (incoming.cpp)
  merge::UndoStack undo;                  ///< what this person did to `text`
  std::optional<Fetching> fetch;
  std::optional<Repair> repair;
  bool inherited = false;                ///< the text is a former process's, which may have left a repair unfinished
  bool followed = false;                 ///< its text is wanted here
  std::optional<wire::TextCheck> check;  ///< what the text comes to once `incoming` is in it
  bool diverged = false;                 ///< the hub has another text of the same events
  unsigned divergences = 0;              ///< one after the other, without a text in between that was right
  bool repaired = false;                 ///< and not written in since
  Carets cursors;
  Reports reports;
  std::map<ParticipantId, wire::DiagnosticsUpdate> early_reports;  ///< the newest of each, until the text is here
  /// The newest deltas with the version before each, so that a cursor made at one of those versions finds its place.
  std::deque<std::pair<merge::Version, text::Delta>> recent;

  [[nodiscard]] bool ready() const { return text != nullptr; }
  [[nodiscard]] bool arrives() const { return fetch && fetch->arrival; }
  /// Whether the text that is here may make room for a newer one of the hub: nothing of ours stands in it or on it.
  [[nodiscard]] bool replaceable() const { return !repair && !inherited && undo.groups() == 0; }
  /// What the hub need not send; the text is here.
  [[nodiscard]] merge::Known known() const;
};

/// Notes a change of the text: cursors ride on it. `before` is the version it was applied to.
void carry_cursors(File& file, merge::Version before, const text::Delta& delta);
/// What of diagnostics made at `version` still holds, and where; nothing when that version is not known any more.
[[nodiscard]] std::vector<wire::Diagnostic> place_diagnostics(const File& file, const merge::Version& version,
                                                              std::vector<wire::Diagnostic> diagnostics);
/// Where selections made at `version` are now; clamped to the text.
[[nodiscard]] std::vector<wire::Selection> place_selections(const File& file, const merge::Version& version,
                                                            std::vector<wire::Selection> selections);

/// What changes insert, for people.
[[nodiscard]] std::string words_of(const std::vector<merge::Change>& changes);

}  // namespace tutti::peer

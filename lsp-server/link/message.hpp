#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sync/text/coordinates.hpp"

namespace tutti::link {

/// How an editor counts and what it calls text; agreed on at `initialize`.
struct Habits {
  text::Encoding encoding = text::Encoding::utf16;
  /// The final newline is not in the editor's text but a flag beside it (`finalNewline: "implicit"`).
  bool implicit_newline = false;
  /// CR and CRLF end lines as LF does, and the editor shows no difference (`cr: "eol"`).
  bool cr_ends_lines = false;
};

/// A selection, or where its ends are the same, only a caret.
struct Caret {
  text::Place anchor, head;
};

/// An LSP TextEdit.
struct Replacement {
  text::Place from, to;
  std::string text;
  friend bool operator==(const Replacement&, const Replacement&) = default;
};

/// Lets the editor move the caret to the place of an edit that its person asked for.
enum class Cause { none, undo, redo };

/// `collab/edit`, either way, without the document's name.
struct Edit {
  std::uint64_t epoch = 0;
  std::uint64_t revision = 0;  ///< the sender's edits in this epoch, this one included
  std::uint64_t seen = 0;      ///< the receiver's edits that the sender had applied
  std::vector<Replacement> replacements;
  std::optional<bool> final_newline;
  Cause cause = Cause::none;
};

inline constexpr std::size_t max_replacements = 100'000;  ///< of one edit

}  // namespace tutti::link

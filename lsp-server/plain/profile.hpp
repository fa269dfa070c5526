#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "lsp-server/link/message.hpp"

namespace tutti::plain {

/// How a client treats `workspace/applyEdit`, found with real editors (docs/PLAIN.md). An unknown one is taken for the worst.
struct Profile {
  link::Habits habits;             ///< `implicit_newline`: cannot hold a text without a final newline, so no edit touches that
  bool always_newline = false;     ///< and what it tells of the last line does not mean that newline either
  bool honest = false;             ///< what it answers is true
  bool racy = true;                ///< a key can come between its look at the version and the edit
  bool zero_is_unchecked = false;  ///< applies an edit for version 0 to whatever there is
  bool signs = false;              ///< echoes an empty insert as an empty change
  bool frees_lines = false;        ///< Neovim before 0.8 (neovim #19643): see `dress`
  bool parts_joins = false;        ///< tells the joining of two lines in two messages, an insert first and a deletion later
  bool disorders = false;          ///< versions rise by one, and come out of order
  bool pull_only = false;          ///< takes no edit that it did not ask for
  std::int64_t answer_ms = 800;    ///< typing is not held longer for the sake of an answer
};

/// What `initialize` says of a client.
struct ClientTraits {
  std::optional<std::string_view> name;  ///< clientInfo.name
  std::string_view version;
  bool takes_edits = false;  ///< announces workspace.applyEdit
  std::optional<bool> push;  ///< the person's word: `--push`, or `initializationOptions.push`
  text::Encoding encoding = text::Encoding::utf16;
};

[[nodiscard]] Profile profile_of(const ClientTraits& client);

}  // namespace tutti::plain

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/merge/file/unread.hpp"
#include "sync/merge/fold/archive.hpp"
#include "sync/merge/fold/cut.hpp"
#include "sync/merge/log/log.hpp"

/// The file of a document. docs/FORMAT.md has it byte by byte.
///
///     events   0 ─────────────────────────▶ cut ──────────────▶ tip
///              [columns, content] …         [columns, content]
///                                     text
///
/// Who opens it reads the text at the cut and does the few events after it; what is before the cut stays packed.
namespace tutti::merge {

/// The text where a history may be cut.
struct TextAtCut {
  Cut cut;
  std::string text;
};

struct Contents {
  bool past = true;               ///< what is before the cut as well
  std::optional<TextAtCut> text;  ///< without it a reader gets the text by replaying the history
  bool packs_text = true;         ///< smaller, and slower to open
};
/// `log` has all events, or those after the archive.
[[nodiscard]] std::string encode_file(const Log& log, const Archive& archive, const Contents& contents);

struct File {
  std::optional<TextAtCut> text;  ///< where the log begins with it, what is known there is said by the log alone
  Archive archive;                ///< what is before the log, as far as it is in the file
  Log log;                        ///< the whole history, or that from the cut on
  Unread unread;                  ///< what follows on the log, of a file that was opened
};
/// Untrusted bytes. What comes back is well-formed, but positions are not checked against the text: replay it.
/// Memory is bounded by 8 times the input and 64 KiB.
[[nodiscard]] Result<File> decode_file(std::string_view bytes);
/// The same, but nothing of the history is unpacked, nor has anybody looked at it.
[[nodiscard]] Result<File> open_file(std::string_view bytes);

}  // namespace tutti::merge

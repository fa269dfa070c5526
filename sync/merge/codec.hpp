#pragma once

#include <string>
#include <string_view>

#include "protocol/base/result.hpp"
#include "sync/merge/log.hpp"

/// The file of a document. docs/FORMAT.md has it byte by byte.
namespace tutti::merge {

/// `text` is the text at the tip; without it the reader gets it by replaying the history.
[[nodiscard]] std::string encode_file(const Log& log, const std::string* text);

struct File {
  Log log;
  std::optional<std::string> text;
};
/// Untrusted bytes. What comes back is well-formed, but positions are not checked against the text: replay it.
/// Memory is bounded by 8 times the input and 64 KiB.
[[nodiscard]] Result<File> decode_file(std::string_view bytes);

}  // namespace tutti::merge

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "protocol/wire/hub.hpp"

namespace tutti::mirror {

inline constexpr std::uint64_t max_file_bytes = 16ULL * 1024 * 1024;

/// A file's bytes as a session has them: LF inside, the rest as traits (D1).
struct TextFile {
  std::string text;
  wire::Traits traits;
  bool mixed_ends = false;  ///< some lines end in CR LF and some in LF
};

/// Why bytes are not a text that can be shared.
enum class NotText { too_large, binary };

/// Lines that end in CR LF decide the style by majority; a lone CR is a character. NUL or invalid UTF-8 is `binary`.
[[nodiscard]] std::variant<TextFile, NotText> decode_file(std::string_view bytes);
/// The bytes for a disk. decode_file(encode_file(t, traits)).text == t unless `t` itself holds CR LF.
[[nodiscard]] std::string encode_file(std::string_view text, const wire::Traits& traits);

}  // namespace tutti::mirror

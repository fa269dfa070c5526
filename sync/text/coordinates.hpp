#pragma once

#include <cstdint>

#include "protocol/base/strong.hpp"

namespace tutti::text {

/// Every place in a text is counted in one of these units; mixing them does not compile.
using Bytes = Strong<struct BytesTag, std::uint64_t>;  ///< UTF-8 bytes
using Chars = Strong<struct CharsTag, std::uint64_t>;  ///< Unicode scalar values: the engine's and the wire's unit
using Utf16 = Strong<struct Utf16Tag, std::uint64_t>;  ///< UTF-16 code units
using Lines = Strong<struct LinesTag, std::uint64_t>;  ///< line feeds; only LF ends a line

/// The unit of `Place::column`, as LSP's positionEncoding has it: utf-8, utf-16, utf-32.
enum class Encoding { utf8, utf16, utf32 };

/// A line and a column in some `Encoding`'s unit, both from 0 (an LSP Position).
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

/// What is known of a stretch of text without reading it. Adds up over pieces.
struct Summary {
  Bytes bytes;
  Chars chars;
  Utf16 utf16;
  Lines lines;

  Summary& operator+=(const Summary& other) {
    bytes += other.bytes.value;
    chars += other.chars.value;
    utf16 += other.utf16.value;
    lines += other.lines.value;
    return *this;
  }
  friend bool operator==(const Summary&, const Summary&) = default;
};

}  // namespace tutti::text

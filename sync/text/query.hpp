#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "sync/text/coordinates.hpp"
#include "sync/text/node.hpp"

/// Questions about a tree that nobody is writing to. Positions beyond the end mean the end.
namespace tutti::text::query {

/// The last place where at most `value` of one unit lies to the left, as counts in all units. For lines: right after the
/// `value`-th line feed.
[[nodiscard]] Sum locate_bytes(const Node* root, std::uint64_t value);
[[nodiscard]] Sum locate_chars(const Node* root, std::uint64_t value);
[[nodiscard]] Sum locate_utf16(const Node* root, std::uint64_t value);
[[nodiscard]] Sum locate_line(const Node* root, std::uint64_t value);

[[nodiscard]] Chars to_chars(const Node* root, Place place, Encoding encoding);
[[nodiscard]] Place to_place(const Node* root, Chars at, Encoding encoding);

[[nodiscard]] std::string_view read(const Node* root, Bytes at);
[[nodiscard]] std::string str(const Node* root, Chars from, Chars to);
void each(const Node* root, const std::function<void(std::string_view)>& piece);
[[nodiscard]] bool equal(const Node* a, const Node* b);

}  // namespace tutti::text::query

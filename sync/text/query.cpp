#include "sync/text/query.hpp"

#include <algorithm>

#include "protocol/base/utf.hpp"

namespace tutti::text::query {

namespace {

using Unit = std::uint32_t Sum::*;

/// Goes down to the leaf in which `value` units are reached. `before` gets the sum of all that is left of that leaf.
const Leaf* descend(const Node* node, Unit unit, std::uint64_t value, Sum& before) {
  while (node->height > 0) {
    const Inner* inner = as_inner(node);
    std::uint32_t i = 0;
    while (i + 1 < inner->count && before.*unit + inner->sum[i].*unit < value) before += inner->sum[i++];
    node = inner->child[i];
  }
  return as_leaf(node);
}

std::size_t skip(std::string_view text, Unit unit, std::uint64_t value) {
  if (unit == &Sum::chars) return utf8::skip_chars(text, value);
  if (unit == &Sum::utf16) return utf8::skip_utf16(text, value);
  if (unit == &Sum::lines) return utf8::skip_lines(text, value);
  return utf8::boundary_before(text, value);
}

Sum locate(const Node* root, Unit unit, std::uint64_t value) {
  Sum at;
  const Leaf* leaf = descend(root, unit, value, at);
  const std::uint64_t rest = value - std::min<std::uint64_t>(value, at.*unit);
  if (rest > leaf->sum.*unit || (unit != &Sum::lines && rest == leaf->sum.*unit)) return at += leaf->sum;
  const bool direct = leaf->sum.is_ascii() && unit != &Sum::lines;
  const std::size_t bytes = direct ? rest : skip(leaf->view(), unit, rest);
  return at += sum_of(leaf->view().substr(0, bytes));
}

Unit column_unit(Encoding encoding) {
  switch (encoding) {
    case Encoding::utf8:
      return &Sum::bytes;
    case Encoding::utf16:
      return &Sum::utf16;
    case Encoding::utf32:
      break;
  }
  return &Sum::chars;
}

/// Appends the part of the subtree that lies in [from, to) of its own characters.
void append(const Node* node, std::uint64_t from, std::uint64_t to, std::string& out) {
  if (node->height == 0) {
    const Leaf* leaf = as_leaf(node);
    const auto clamp = [&](std::uint64_t at) {
      return leaf->byte_of(static_cast<std::uint32_t>(std::min<std::uint64_t>(at, leaf->sum.chars)));
    };
    const std::uint32_t begin = clamp(from);
    out.append(leaf->view().substr(begin, clamp(to) - begin));
    return;
  }
  const Inner* inner = as_inner(node);
  std::uint64_t start = 0;
  for (std::uint32_t i = 0; i < inner->count && start < to; start += inner->sum[i++].chars) {
    const std::uint64_t end = start + inner->sum[i].chars;
    if (end > from) append(inner->child[i], from - std::min(from, start), to - start, out);
  }
}

}  // namespace

Sum locate_bytes(const Node* root, std::uint64_t value) {
  return locate(root, &Sum::bytes, value);
}
Sum locate_chars(const Node* root, std::uint64_t value) {
  return locate(root, &Sum::chars, value);
}
Sum locate_utf16(const Node* root, std::uint64_t value) {
  return locate(root, &Sum::utf16, value);
}
Sum locate_line(const Node* root, std::uint64_t value) {
  return value == 0 ? Sum{} : locate(root, &Sum::lines, value);
}

Chars to_chars(const Node* root, Place place, Encoding encoding) {
  const Sum total = sum_of(root);
  if (place.line > total.lines) return Chars(total.chars);
  const Sum start = locate_line(root, place.line);
  const std::uint32_t end = place.line == total.lines ? total.chars : locate_line(root, place.line + 1).chars - 1;
  const Unit unit = column_unit(encoding);
  const Sum at = locate(root, unit, std::uint64_t{start.*unit} + place.column);
  return Chars(std::min(at.chars, end));
}

Place to_place(const Node* root, Chars at, Encoding encoding) {
  const Sum here = locate_chars(root, at.value);
  const Sum start = locate_line(root, here.lines);
  const Unit unit = column_unit(encoding);
  return {here.lines, here.*unit - start.*unit};
}

std::string_view read(const Node* root, Bytes at) {
  Sum before;
  if (at.value >= sum_of(root).bytes) return {};
  const Leaf* leaf = descend(root, &Sum::bytes, at.value + 1, before);
  return leaf->view().substr(at.value - before.bytes);
}

std::string str(const Node* root, Chars from, Chars to) {
  std::string out;
  const Sum total = sum_of(root);
  if (from.value == 0 && to.value >= total.chars) out.reserve(total.bytes);
  if (from < to) append(root, from.value, to.value, out);
  return out;
}

void each(const Node* root, const std::function<void(std::string_view)>& piece) {
  if (root->height == 0) {
    if (as_leaf(root)->sum.bytes > 0) piece(as_leaf(root)->view());
    return;
  }
  const Inner* inner = as_inner(root);
  for (std::uint32_t i = 0; i < inner->count; ++i) each(inner->child[i], piece);
}

bool equal(const Node* a, const Node* b) {
  if (a == b) return true;
  const std::uint64_t size = sum_of(a).bytes;
  if (size != sum_of(b).bytes) return false;
  for (std::uint64_t at = 0; at < size;) {
    const std::string_view left = read(a, Bytes(at));
    const std::string_view right = read(b, Bytes(at));
    const std::size_t n = std::min(left.size(), right.size());
    if (left.substr(0, n) != right.substr(0, n)) return false;
    at += n;
  }
  return true;
}

}  // namespace tutti::text::query

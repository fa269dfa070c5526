#include "sync/text/node.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "protocol/base/utf.hpp"

namespace tutti::text {

namespace {

Leaf* make_leaf(std::string_view text) {
  auto* leaf = new Leaf;
  std::memcpy(leaf->data.data(), text.data(), text.size());
  leaf->sum = sum_of(text);
  return leaf;
}

std::vector<Node*> leaves_of(std::string_view text) {
  std::vector<Node*> leaves;
  leaves.reserve(text.size() / (kLeafBytes - 3) + 1);
  while (!text.empty()) {
    const std::size_t cut = utf8::boundary_before(text, kLeafBytes);
    leaves.push_back(make_leaf(text.substr(0, cut)));
    text.remove_prefix(cut);
  }
  return leaves;
}

std::vector<Node*> level_above(const std::vector<Node*>& below) {
  std::vector<Node*> level;
  level.reserve(below.size() / kFan + 1);
  for (std::size_t at = 0; at < below.size(); at += kFan) {
    auto* inner = new Inner(below[at]->height + 1);
    const std::size_t end = std::min(below.size(), at + kFan);
    for (std::size_t i = at; i < end; ++i, ++inner->count) {
      inner->child[inner->count] = below[i];
      inner->sum[inner->count] = sum_of(below[i]);
    }
    level.push_back(inner);
  }
  return level;
}

}  // namespace

Sum sum_of(std::string_view utf8) {
  const auto counts = utf8::count(utf8);
  return {static_cast<std::uint32_t>(utf8.size()), static_cast<std::uint32_t>(counts.chars),
          static_cast<std::uint32_t>(counts.utf16), static_cast<std::uint32_t>(counts.lines)};
}

Sum sum_of(const Node* node) {
  if (node->height == 0) return as_leaf(node)->sum;
  Sum total;
  const Inner* inner = as_inner(node);
  for (std::uint32_t i = 0; i < inner->count; ++i) total += inner->sum[i];
  return total;
}

std::uint32_t Leaf::byte_of(std::uint32_t chars) const {
  return sum.is_ascii() ? chars : static_cast<std::uint32_t>(utf8::skip_chars(view(), chars));
}

void retain(const Node* node) {
  node->owners.fetch_add(1, std::memory_order_relaxed);
}

void release(const Node* node) {
  if (node->owners.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  if (node->height == 0) {
    delete as_leaf(node);
    return;
  }
  const Inner* inner = as_inner(node);
  for (std::uint32_t i = 0; i < inner->count; ++i) release(inner->child[i]);
  delete inner;
}

Node* build(std::string_view utf8) {
  std::vector<Node*> level = leaves_of(utf8);
  if (level.empty()) return new Leaf;
  while (level.size() > 1) level = level_above(level);
  return level.front();
}

Node* clone(const Node* node) {
  if (node->height == 0) return make_leaf(as_leaf(node)->view());
  const Inner* from = as_inner(node);
  auto* inner = new Inner(from->height);
  inner->count = from->count;
  for (std::uint32_t i = 0; i < from->count; ++i) {
    inner->child[i] = from->child[i];
    inner->sum[i] = from->sum[i];
    retain(from->child[i]);
  }
  return inner;
}

}  // namespace tutti::text

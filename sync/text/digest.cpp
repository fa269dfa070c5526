#include "sync/text/digest.hpp"

#include <array>

namespace tutti::text {

namespace {

constexpr std::uint64_t base = 0x9e3779b97f4a7c15ULL;

constexpr std::uint64_t power(std::uint64_t exponent) {
  std::uint64_t result = 1;
  for (std::uint64_t square = base; exponent > 0; exponent >>= 1U, square *= square) {
    if ((exponent & 1U) != 0) result *= square;
  }
  return result;
}

constexpr std::size_t at_once = 8;
constexpr std::array<std::uint64_t, at_once + 1> powers = [] {
  std::array<std::uint64_t, at_once + 1> all{};
  for (std::size_t i = 0; i <= at_once; ++i) all.at(i) = power(i);
  return all;
}();

std::uint64_t value_of(char byte) {
  return static_cast<unsigned char>(byte) + std::uint64_t{1};
}

/// Eight bytes a step: their products do not wait for one another.
std::uint64_t digest_of(std::string_view text) {
  std::uint64_t hash = 0;
  for (; text.size() >= at_once; text.remove_prefix(at_once)) {
    hash *= powers[at_once];
    for (std::size_t i = 0; i < at_once; ++i) hash += value_of(text[i]) * powers[at_once - 1 - i];
  }
  for (const char byte : text) hash = hash * base + value_of(byte);
  return hash;
}

std::uint64_t digest_of_children(const Inner& inner) {
  std::uint64_t hash = 0;
  for (std::uint32_t i = 0; i < inner.count; ++i) hash = hash * power(inner.sum[i].bytes) + digest(inner.child[i]);
  return hash;
}

}  // namespace

std::uint64_t digest(const Node* node) {
  if (const std::uint64_t known = node->digest.load(std::memory_order_relaxed); known != 0) return known;
  const std::uint64_t found = node->height == 0 ? digest_of(as_leaf(node)->view()) : digest_of_children(*as_inner(node));
  node->digest.store(found, std::memory_order_relaxed);
  return found;
}

}  // namespace tutti::text

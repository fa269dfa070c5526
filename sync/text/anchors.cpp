#include "sync/text/anchors.hpp"

namespace tutti::text {

std::uint64_t Anchors::Shift::of(std::uint64_t at) const {
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(flat ? to : at) + add);
}

void Anchors::Shift::then(const Shift& next) {
  if (next.flat) {
    *this = next;
  } else {
    add += next.add;
  }
}

Anchors::Id Anchors::add(Chars at, Bias bias) {
  Ref node = 0;
  if (free_.empty()) {
    node = static_cast<Ref>(nodes_.size());
    nodes_.emplace_back();
  } else {
    node = free_.back();
    free_.pop_back();
    nodes_[node] = {};
  }
  nodes_[node].at = at.value;
  nodes_[node].bias = bias;
  ranks_ += 0x9e3779b9U;  // every rank once in 2^32, in no order
  nodes_[node].rank = (ranks_ ^ (ranks_ >> 15U)) * 0x85ebca6bU;
  const Halves halves = split(root(bias), at.value + 1);
  root(bias) = merge(merge(halves.before, node), halves.rest);
  return Id(node);
}

void Anchors::remove(Id id) {
  const Ref node = id.value;
  std::vector<Ref> path;
  for (Ref up = node; up != 0; up = nodes_[up].parent) path.push_back(up);
  for (auto up = path.rbegin(); up != path.rend(); ++up) push(*up);
  const Ref parent = nodes_[node].parent;
  const Ref rest = merge(nodes_[node].left, nodes_[node].right);
  if (rest != 0) nodes_[rest].parent = parent;
  if (parent == 0) {
    root(nodes_[node].bias) = rest;
  } else if (nodes_[parent].left == node) {
    nodes_[parent].left = rest;
  } else {
    nodes_[parent].right = rest;
  }
  free_.push_back(node);
}

Chars Anchors::at(Id id) const {
  std::uint64_t at = nodes_[id.value].at;
  for (Ref up = nodes_[id.value].parent; up != 0; up = nodes_[up].parent) at = nodes_[up].below.of(at);
  return Chars(at);
}

void Anchors::carry(const Delta& delta) {
  std::uint64_t at = 0;
  for (const Step& step : delta.steps()) {
    if (const auto* kept = std::get_if<Retain>(&step)) at += kept->count.value;
    if (const auto* gone = std::get_if<Erase>(&step)) erase_text(at, gone->count.value);
    if (const auto* come = std::get_if<Insert>(&step)) {
      insert_text(at, come->count.value);
      at += come->count.value;
    }
  }
}

void Anchors::insert_text(std::uint64_t at, std::uint64_t count) {
  for (const Bias bias : {Bias::left, Bias::right}) {
    const Halves halves = split(root(bias), bias == Bias::left ? at + 1 : at);
    shift(halves.rest, {static_cast<std::int64_t>(count), 0, false});
    root(bias) = merge(halves.before, halves.rest);
  }
}

void Anchors::erase_text(std::uint64_t at, std::uint64_t count) {
  for (const Bias bias : {Bias::left, Bias::right}) {
    const Halves halves = split(root(bias), at);
    const Halves rest = split(halves.rest, at + count);
    shift(rest.before, {0, at, true});
    shift(rest.rest, {-static_cast<std::int64_t>(count), 0, false});
    root(bias) = merge(halves.before, merge(rest.before, rest.rest));
  }
}

// ---- the treap

void Anchors::shift(Ref node, const Shift& by) {
  if (node == 0) return;
  nodes_[node].at = by.of(nodes_[node].at);
  nodes_[node].below.then(by);
}

void Anchors::push(Ref node) {
  Node& n = nodes_[node];
  shift(n.left, n.below);
  shift(n.right, n.below);
  n.below = {};
}

void Anchors::adopt(Ref node) {
  if (nodes_[node].left != 0) nodes_[nodes_[node].left].parent = node;
  if (nodes_[node].right != 0) nodes_[nodes_[node].right].parent = node;
  nodes_[node].parent = 0;
}

/// What is at `at` belongs to the rest.
Anchors::Halves Anchors::split(Ref node, std::uint64_t at) {
  if (node == 0) return {0, 0};
  push(node);
  Halves halves{};
  if (nodes_[node].at < at) {
    const Halves inner = split(nodes_[node].right, at);
    nodes_[node].right = inner.before;
    halves = {node, inner.rest};
  } else {
    const Halves inner = split(nodes_[node].left, at);
    nodes_[node].left = inner.rest;
    halves = {inner.before, node};
  }
  adopt(node);
  if (halves.before != 0) nodes_[halves.before].parent = 0;
  if (halves.rest != 0) nodes_[halves.rest].parent = 0;
  return halves;
}

Anchors::Ref Anchors::merge(Ref before, Ref rest) {
  if (before == 0 || rest == 0) return before == 0 ? rest : before;
  const bool first = nodes_[before].rank > nodes_[rest].rank;
  const Ref top = first ? before : rest;
  push(top);
  if (first) {
    const Ref inner = merge(nodes_[before].right, rest);
    nodes_[before].right = inner;
  } else {
    const Ref inner = merge(before, nodes_[rest].left);
    nodes_[rest].left = inner;
  }
  adopt(top);
  return top;
}

}  // namespace tutti::text

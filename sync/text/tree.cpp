#include "sync/text/tree.hpp"

#include <algorithm>
#include <cstring>

#include "protocol/base/utf.hpp"
#include "sync/text/digest.hpp"

namespace tutti::text {

namespace {

constexpr std::uint32_t kSmallLeaf = kLeafBytes / 4;
constexpr std::uint32_t kMergedLeaf = kLeafBytes / 4 * 3;  // room to type in after a merge

Sum sum_of_piece(std::string_view piece, bool ascii) {
  if (!ascii && piece.size() > 1) return sum_of(piece);
  const auto size = static_cast<std::uint32_t>(piece.size());
  const bool one = size == 1;
  return {size, size, size,
          one ? static_cast<std::uint32_t>(piece[0] == '\n') : static_cast<std::uint32_t>(utf8::count_lines(piece))};
}

void fill(Leaf& leaf, std::string_view text, const Sum& sum) {
  std::memcpy(leaf.data.data(), text.data(), text.size());
  leaf.sum = sum;
}

void make_room(Inner& inner, std::uint32_t index) {
  const auto at = static_cast<std::ptrdiff_t>(index);
  const auto end = static_cast<std::ptrdiff_t>(inner.count);
  std::move_backward(inner.child.begin() + at, inner.child.begin() + end, inner.child.begin() + end + 1);
  std::move_backward(inner.sum.begin() + at, inner.sum.begin() + end, inner.sum.begin() + end + 1);
  ++inner.count;
}

void close_gap(Inner& inner, std::uint32_t index) {
  const auto at = static_cast<std::ptrdiff_t>(index);
  const auto end = static_cast<std::ptrdiff_t>(inner.count);
  std::move(inner.child.begin() + at + 1, inner.child.begin() + end, inner.child.begin() + at);
  std::move(inner.sum.begin() + at + 1, inner.sum.begin() + end, inner.sum.begin() + at);
  --inner.count;
}

Inner* split_inner(Inner& full) {
  auto* right = new Inner(full.height);
  const std::uint32_t keep = full.count / 2;
  right->count = full.count - keep;
  for (std::uint32_t i = 0; i < right->count; ++i) {
    right->child[i] = full.child[keep + i];
    right->sum[i] = full.sum[keep + i];
  }
  full.count = keep;
  return right;
}

}  // namespace

Node* Tree::own(Node*& slot) {
  if (slot->owners.load(std::memory_order_acquire) == 1) return slot;
  Node* copy = clone(slot);
  release(slot);
  return slot = copy;
}

bool Tree::reaches(std::uint64_t at, bool inside) const {
  if (leaf_ == nullptr || at < start_) return false;
  return inside ? at < start_ + leaf_->sum.chars : at <= start_ + leaf_->sum.chars;
}

void Tree::settle() {
  if (leaf_ == nullptr) return;
  Sum change = leaf_->sum;
  change -= entered_;
  for (std::size_t i = 0; i < depth_; ++i) path_[i].node->sum[path_[i].index] += change;
  entered_ = leaf_->sum;
}

void Tree::seek(std::uint64_t at, bool inside) {
  if (reaches(at, inside)) return;
  settle();
  depth_ = 0;
  start_ = 0;
  Node* node = own(root_);
  forget_digest(node);
  while (node->height > 0) {
    Inner* inner = as_inner(node);
    std::uint32_t i = 0;
    for (; i + 1 < inner->count; ++i) {
      const std::uint64_t end = start_ + inner->sum[i].chars;
      if (at < end || (at == end && !inside)) break;
      start_ = end;
    }
    path_[depth_++] = {inner, i};
    node = own(inner->child[i]);
    forget_digest(node);
  }
  leaf_ = as_leaf(node);
  entered_ = leaf_->sum;
}

void Tree::insert(std::uint64_t at, std::string_view utf8, bool ascii) {
  while (utf8.size() > kLeafBytes / 2) {
    const std::string_view piece = utf8.substr(0, utf8::boundary_before(utf8, kLeafBytes / 2));
    insert_piece(at, piece, ascii);
    at += ascii ? piece.size() : utf8::count_chars(piece);
    utf8.remove_prefix(piece.size());
  }
  if (!utf8.empty()) insert_piece(at, utf8, ascii);
}

void Tree::insert_piece(std::uint64_t at, std::string_view piece, bool ascii) {
  seek(at, false);
  const std::uint32_t byte = leaf_->byte_of(static_cast<std::uint32_t>(at - start_));
  if (leaf_->sum.bytes + piece.size() > kLeafBytes) {
    split_around(byte, piece, sum_of_piece(piece, ascii));
    return;
  }
  char* const gap = leaf_->data.data() + byte;
  std::memmove(gap + piece.size(), gap, leaf_->sum.bytes - byte);
  std::memcpy(gap, piece.data(), piece.size());
  leaf_->sum += sum_of_piece(piece, ascii);
}

/// Makes two leaves of the cursor's one and the piece that goes in at `byte`: at either end the piece gets a leaf of its own,
/// so that typing onwards fills leaves; elsewhere both get half.
void Tree::split_around(std::uint32_t byte, std::string_view piece, Sum all) {
  settle();
  all += leaf_->sum;
  const std::string_view old = leaf_->view();
  std::array<char, kLeafBytes + kLeafBytes / 2> joined;
  const std::size_t size = old.size() + piece.size();
  std::memcpy(joined.data(), old.data(), byte);
  std::memcpy(joined.data() + byte, piece.data(), piece.size());
  std::memcpy(joined.data() + byte + piece.size(), old.data() + byte, old.size() - byte);
  const std::string_view text(joined.data(), size);
  std::size_t cut = utf8::boundary_before(text, size / 2);
  if (byte == old.size()) cut = byte;
  if (byte == 0) cut = piece.size();
  auto* right = new Leaf;
  const Sum left = sum_of_piece(text.substr(0, cut), all.is_ascii());
  fill(*leaf_, text.substr(0, cut), left);
  fill(*right, text.substr(cut), all -= left);
  settle();
  insert_after(depth_, right);
  leaf_ = nullptr;
}

/// Puts `fresh` right of the node that the path holds at `depth` (the leaf is at `depth_`), splitting ancestors that are full.
void Tree::insert_after(std::size_t depth, Node* fresh) {
  if (depth == 0) {
    auto* root = new Inner(root_->height + 1);
    root->count = 2;
    root->child[0] = root_;
    root->child[1] = fresh;
    root->sum[0] = sum_of(root_);
    root->sum[1] = sum_of(fresh);
    root_ = root;
    return;
  }
  Inner* parent = path_[depth - 1].node;
  std::uint32_t index = path_[depth - 1].index;
  Inner* overflow = nullptr;
  Inner* target = parent;
  if (parent->count == kFan) {
    overflow = split_inner(*parent);
    if (index >= parent->count) {
      index -= parent->count;
      target = overflow;
    }
  }
  make_room(*target, index + 1);
  target->child[index + 1] = fresh;
  target->sum[index + 1] = sum_of(fresh);
  refresh_sums(depth - 1);
  if (overflow != nullptr) insert_after(depth - 1, overflow);
}

/// Recomputes what the ancestors above `depth` say of the path's nodes.
void Tree::refresh_sums(std::size_t depth) {
  for (std::size_t i = depth; i > 0; --i) path_[i - 1].node->sum[path_[i - 1].index] = sum_of(path_[i].node);
}

void Tree::erase(std::uint64_t from, std::uint64_t to) {
  while (from < to) {
    seek(from, true);
    const auto begin = static_cast<std::uint32_t>(from - start_);
    const std::uint64_t count = std::min<std::uint64_t>(to - from, leaf_->sum.chars - begin);
    to -= count;
    if (count == leaf_->sum.chars && depth_ > 0) {
      drop_leaf();
      continue;
    }
    const std::uint32_t first = leaf_->byte_of(begin);
    const std::uint32_t last = leaf_->byte_of(begin + static_cast<std::uint32_t>(count));
    char* const data = leaf_->data.data();
    const Sum gone = sum_of_piece({data + first, last - first}, leaf_->sum.is_ascii());
    std::memmove(data + first, data + last, leaf_->sum.bytes - last);
    leaf_->sum -= gone;
    if (leaf_->sum.bytes < kSmallLeaf) merge_small();
  }
}

/// Removes the cursor's leaf and the ancestors that it leaves empty.
void Tree::drop_leaf() {
  settle();
  leaf_ = nullptr;
  std::size_t depth = depth_;
  while (depth > 0) {
    Inner* parent = path_[depth - 1].node;
    release(parent->child[path_[depth - 1].index]);
    close_gap(*parent, path_[depth - 1].index);
    if (parent->count > 0) break;
    --depth;
  }
  if (depth == 0) {
    release(root_);
    root_ = new Leaf;
    return;
  }
  refresh_sums(depth - 1);
  while (root_->height > 0 && as_inner(root_)->count == 1) {
    Node* only = as_inner(root_)->child[0];
    retain(only);
    release(root_);
    root_ = only;
  }
}

void Tree::merge_small() {
  if (depth_ == 0) return;
  const std::uint32_t index = path_[depth_ - 1].index;
  if (index > 0 && merge_with(index - 1)) return;
  if (index + 1 < path_[depth_ - 1].node->count) merge_with(index);
}

/// Joins the cursor's leaf and a neighbour, the children `left_index` and the next of its parent, where they fit well.
bool Tree::merge_with(std::uint32_t left_index) {
  Inner* parent = path_[depth_ - 1].node;
  const bool leaf_is_left = path_[depth_ - 1].index == left_index;
  const std::uint32_t neighbour = leaf_is_left ? left_index + 1 : left_index;
  if (parent->sum[neighbour].bytes + leaf_->sum.bytes > kMergedLeaf) return false;
  settle();
  Leaf* left = as_leaf(own(parent->child[left_index]));
  forget_digest(left);
  const Leaf* right = as_leaf(parent->child[left_index + 1]);
  std::memcpy(left->data.data() + left->sum.bytes, right->data.data(), right->sum.bytes);
  left->sum += right->sum;
  parent->sum[left_index] = left->sum;
  release(right);
  close_gap(*parent, left_index + 1);
  leaf_ = nullptr;
  return true;
}

const Node* Tree::settled() {
  settle();
  return root_;
}

const Node* Tree::share() {
  settle();
  leaf_ = nullptr;
  retain(root_);
  return root_;
}

Sum Tree::sum() {
  settle();
  return sum_of(root_);
}

/// Ends the cursor's stay, so that the next edit forgets what is found out here.
std::uint64_t Tree::digest() {
  settle();
  leaf_ = nullptr;
  return text::digest(root_);
}

}  // namespace tutti::text

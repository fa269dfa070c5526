#include "sync/text/rope.hpp"

#include "protocol/base/random.hpp"
#include "sync/text/node.hpp"
#include "sync/text/query.hpp"
#include "sync/text/tree.hpp"

namespace tutti::text {

namespace {

Summary widen(const Sum& sum) {
  return {Bytes(sum.bytes), Chars(sum.chars), Utf16(sum.utf16), Lines(sum.lines)};
}

}  // namespace

NodeRef::NodeRef(const NodeRef& other) : node_(other.node_) {
  if (node_ != nullptr) retain(node_);
}
NodeRef::~NodeRef() {
  if (node_ != nullptr) release(node_);
}

Snapshot::Snapshot() : root_(new Leaf) {}
Snapshot::Snapshot(NodeRef root) : root_(std::move(root)) {}

Summary Snapshot::summary() const {
  return widen(sum_of(root_.get()));
}
std::string Snapshot::str() const {
  return query::str(root_.get(), Chars(0), size());
}
std::string Snapshot::str(Chars from, Chars to) const {
  return query::str(root_.get(), from, to);
}
Chars Snapshot::to_chars(Place place, Encoding encoding) const {
  return query::to_chars(root_.get(), place, encoding);
}
Chars Snapshot::to_chars(Bytes at) const {
  return Chars(query::locate_bytes(root_.get(), at.value).chars);
}
Place Snapshot::to_place(Chars at, Encoding encoding) const {
  return query::to_place(root_.get(), at, encoding);
}
Bytes Snapshot::to_bytes(Chars at) const {
  return Bytes(query::locate_chars(root_.get(), at.value).bytes);
}
Chars Snapshot::line_start(Lines line) const {
  return Chars(query::locate_line(root_.get(), line.value).chars);
}
std::string_view Snapshot::read(Bytes at) const {
  return query::read(root_.get(), at);
}
void Snapshot::each(const std::function<void(std::string_view)>& piece) const {
  query::each(root_.get(), piece);
}
bool operator==(const Snapshot& a, const Snapshot& b) {
  return query::equal(a.root_.get(), b.root_.get());
}

Rope::Rope() : tree_(std::make_unique<Tree>()) {}
Rope::Rope(std::string_view utf8) : tree_(std::make_unique<Tree>(utf8)) {}
Rope::Rope(Rope&&) noexcept = default;
Rope& Rope::operator=(Rope&&) noexcept = default;
Rope::Rope(const Rope& other) : tree_(std::make_unique<Tree>(other.snapshot().root_.get())) {}
Rope& Rope::operator=(const Rope& other) {
  if (this != &other) *this = Rope(other);
  return *this;
}
Rope::~Rope() = default;

void Rope::insert(Chars at, std::string_view utf8) {
  tree_->insert(at.value, utf8, false);
}
void Rope::insert(Chars at, std::string_view utf8, Chars count) {
  tree_->insert(at.value, utf8, utf8.size() == count.value);
}
void Rope::erase(Chars from, Chars to) {
  tree_->erase(from.value, to.value);
}
Summary Rope::summary() const {
  return widen(tree_->sum());
}
std::string Rope::str() const {
  return str(Chars(0), size());
}
std::string Rope::str(Chars from, Chars to) const {
  return query::str(tree_->settled(), from, to);
}
Chars Rope::to_chars(Place place, Encoding encoding) const {
  return query::to_chars(tree_->settled(), place, encoding);
}
Place Rope::to_place(Chars at, Encoding encoding) const {
  return query::to_place(tree_->settled(), at, encoding);
}
std::uint64_t Rope::hash() const {
  return Random(tree_->digest() ^ tree_->sum().bytes).next();  // mixes well
}
Snapshot Rope::snapshot() const {
  return Snapshot(NodeRef(tree_->share()));
}

}  // namespace tutti::text

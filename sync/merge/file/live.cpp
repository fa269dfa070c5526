#include "sync/merge/file/live.hpp"

#include "protocol/base/utf.hpp"
#include "sync/merge/file/bytes.hpp"

namespace tutti::merge {

namespace {

// The first byte: what is usual needs no more words. Its upper half is 0; another one would be another format.
enum Parents : std::uint8_t { kOwn = 0, kOne = 1, kList = 2 };  // own: the event of the same replica before it
enum Shape : std::uint8_t { kInsert = 0, kErase = 1, kReplace = 2, kPatches = 3 };

Parents parents_of(const Change& change) {
  if (change.parents.size() != 1) return kList;
  const bool own = change.seq.value > 0 && change.parents[0] == EventName{change.replica, change.seq - 1};
  return own ? kOwn : kOne;
}

Shape shape_of(const Change& change) {
  if (change.patches.size() != 1) return kPatches;
  const Patch& patch = change.patches[0];
  if (patch.erase.value == 0) return kInsert;
  return patch.insert.empty() ? kErase : kReplace;
}

void put_name(std::string& out, const EventName& name) {
  put_varint(out, name.replica.value);
  put_varint(out, name.seq.value);
}

void put_patches(std::string& out, const std::vector<Patch>& patches) {
  put_varint(out, patches.size());
  std::uint64_t expected = 0;
  for (const Patch& patch : patches) {
    put_signed(out, static_cast<std::int64_t>(patch.at.value - expected));
    put_varint(out, patch.erase.value);
    put_varint(out, patch.insert.size());
    out += patch.insert;
    expected = patch.at.value + utf8::count_chars(patch.insert);
  }
}

Error broken() {
  return error(ErrorCode::corrupt, "this is not a change, or it is damaged");
}

EventName read_name(ByteReader& in) {
  const ReplicaId replica(in.small());
  return {replica, Seq(in.varint())};
}

/// `least`: bytes that each of so many things takes.
bool may_hold(const ByteReader& in, std::uint64_t count, std::size_t least) {
  return in.ok() && count <= in.rest().size() / least;
}

bool read_parents(ByteReader& in, std::uint8_t how, Change& change) {
  if (how == kOwn) {
    if (change.seq.value == 0) return false;
    change.parents.push_back({change.replica, change.seq - 1});
  } else if (how == kOne) {
    change.parents.push_back(read_name(in));
  } else if (how == kList) {
    const std::uint64_t count = in.varint();
    if (!may_hold(in, count, 2)) return false;
    for (std::uint64_t i = 0; i < count; ++i) change.parents.push_back(read_name(in));
  } else {
    return false;
  }
  return in.ok();
}

bool read_patches(ByteReader& in, std::vector<Patch>& patches) {
  const std::uint64_t count = in.varint();
  if (!may_hold(in, count, 3)) return false;
  std::uint64_t expected = 0;
  for (std::uint64_t i = 0; i < count; ++i) {
    Patch patch;
    patch.at = text::Chars(expected + static_cast<std::uint64_t>(in.signed_varint()));
    patch.erase = text::Chars(in.varint());
    patch.insert = in.take(in.varint());
    expected = patch.at.value + utf8::count_chars(patch.insert);
    patches.push_back(std::move(patch));
  }
  return in.ok() && in.at_end();
}

bool read_one_patch(ByteReader& in, std::uint8_t shape, std::vector<Patch>& patches) {
  Patch patch;
  patch.at = text::Chars(in.varint());
  if (shape != kInsert) patch.erase = text::Chars(in.varint());
  if (shape != kErase) patch.insert = in.take(in.rest().size());
  patches.push_back(std::move(patch));
  return in.ok() && in.at_end();
}

}  // namespace

std::string encode_change(const Change& change) {
  const Parents parents = parents_of(change);
  const Shape shape = shape_of(change);
  std::string out(1, static_cast<char>(parents | (shape << 2U)));
  if (parents == kList) put_varint(out, change.parents.size());
  if (parents != kOwn) {
    for (const EventName& name : change.parents) put_name(out, name);
  }
  if (shape == kPatches) {
    put_patches(out, change.patches);
    return out;
  }
  const Patch& patch = change.patches[0];
  put_varint(out, patch.at.value);
  if (shape != kInsert) put_varint(out, patch.erase.value);
  out += patch.insert;
  return out;
}

Result<Change> decode_change(std::string_view bytes, EventName name) {
  if (bytes.empty()) return broken();
  const auto head = static_cast<std::uint8_t>(bytes[0]);
  if (head > 15) return error(ErrorCode::version, "this change was written by another version");
  ByteReader in(bytes.substr(1));
  Change change{name.replica, name.seq, {}, {}};
  if (!read_parents(in, head & 3U, change)) return broken();
  const std::uint8_t shape = head >> 2U;
  const bool good = shape == kPatches ? read_patches(in, change.patches) : read_one_patch(in, shape, change.patches);
  if (!good) return broken();
  return change;
}

}  // namespace tutti::merge

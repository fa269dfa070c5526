#include "sync/merge/file/live.hpp"

#include <optional>
#include <utility>

#include "protocol/base/utf.hpp"
#include "sync/merge/file/bytes.hpp"

namespace tutti::merge {

namespace {

// The first byte: what is usual needs no more words. Its upper half is 0 unless the parents say otherwise; another one would be
// another format.
enum Parents : std::uint8_t { kOwn = 0, kOne = 1, kList = 2, kNarrow = 3 };  // own: the event of the same replica before it
enum Shape : std::uint8_t { kInsert = 0, kErase = 1, kReplace = 2, kPatches = 3 };

/// A parent of another's in as many bytes as its numbers have, and whether the event of the same replica before the change is a
/// parent as well. Whoever writes while others do mostly writes on these two.
struct Narrow {
  EventName other;
  bool own = false;

  [[nodiscard]] unsigned replica_bytes() const {
    unsigned bytes = 1;
    while (bytes < 4 && other.replica.value >> (8 * bytes) != 0) ++bytes;
    return bytes;
  }
  [[nodiscard]] unsigned seq_bytes() const { return other.seq.value < (1U << 16U) ? 2 : 3; }
  [[nodiscard]] std::uint8_t head() const {
    return static_cast<std::uint8_t>((replica_bytes() - 1) << 4U | (seq_bytes() - 2) << 6U | (own ? 1U : 0U) << 7U);
  }
};
constexpr std::uint64_t kNarrowSeqs = 1U << 24U;

bool is_own(const Change& change, const EventName& parent) {
  return change.seq.value > 0 && parent == EventName{change.replica, change.seq - 1};
}

Parents parents_of(const Change& change) {
  if (change.parents.size() != 1) return kList;
  return is_own(change, change.parents[0]) ? kOwn : kOne;
}

std::size_t varint_bytes(std::uint64_t value) {
  std::size_t bytes = 1;
  while ((value >>= 7U) != 0) ++bytes;
  return bytes;
}

/// If that is shorter than `parents_of` is.
std::optional<Narrow> narrow_parents_of(const Change& change) {
  const Version& parents = change.parents;
  if (parents.size() == 1 && !is_own(change, parents[0]) && parents[0].seq.value < kNarrowSeqs) {
    const Narrow narrow{parents[0]};
    const std::size_t wide = varint_bytes(parents[0].replica.value) + varint_bytes(parents[0].seq.value);
    return narrow.replica_bytes() + narrow.seq_bytes() < wide ? std::optional(narrow) : std::nullopt;
  }
  if (parents.size() != 2 || !(parents[0] < parents[1])) return std::nullopt;
  const bool first = is_own(change, parents[0]);
  const EventName& other = parents[first ? 1 : 0];
  if (!first && !is_own(change, parents[1])) return std::nullopt;
  return other.seq.value < kNarrowSeqs ? std::optional(Narrow{other, true}) : std::nullopt;
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

void put_narrow(std::string& out, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) out.push_back(static_cast<char>(value >> (8 * i)));
}

/// The first byte without the shape, and what is said of the parents behind it.
void put_parents(std::string& out, const Change& change) {
  if (const auto narrow = narrow_parents_of(change)) {
    out.push_back(static_cast<char>(kNarrow | narrow->head()));
    put_narrow(out, narrow->other.replica.value, narrow->replica_bytes());
    put_narrow(out, narrow->other.seq.value, narrow->seq_bytes());
    return;
  }
  const Parents parents = parents_of(change);
  out.push_back(static_cast<char>(parents));
  if (parents == kList) put_varint(out, change.parents.size());
  if (parents == kOwn) return;
  for (const EventName& name : change.parents) put_name(out, name);
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

std::uint64_t read_narrow(ByteReader& in, unsigned bytes) {
  std::uint64_t value = 0;
  const std::string_view all = in.take(bytes);
  for (std::size_t i = all.size(); i > 0; --i) value = value << 8U | static_cast<std::uint8_t>(all[i - 1]);
  return value;
}

bool read_narrow_parents(ByteReader& in, std::uint8_t head, Change& change) {
  const ReplicaId replica(static_cast<std::uint32_t>(read_narrow(in, 1 + (head >> 4U & 3U))));
  change.parents.push_back({replica, Seq(read_narrow(in, 2 + (head >> 6U & 1U)))});
  if (head >> 7U == 0) return in.ok();
  if (change.seq.value == 0) return false;
  change.parents.push_back({change.replica, change.seq - 1});
  if (change.parents[1] < change.parents[0]) std::swap(change.parents[0], change.parents[1]);
  return in.ok();
}

/// `least`: bytes that each of so many things takes.
bool may_hold(const ByteReader& in, std::uint64_t count, std::size_t least) {
  return in.ok() && count <= in.rest().size() / least;
}

bool read_parents(ByteReader& in, std::uint8_t head, Change& change) {
  const std::uint8_t how = head & 3U;
  if (how == kNarrow) return read_narrow_parents(in, head, change);
  if (how == kOwn) {
    if (change.seq.value == 0) return false;
    change.parents.push_back({change.replica, change.seq - 1});
  } else if (how == kOne) {
    change.parents.push_back(read_name(in));
  } else {
    const std::uint64_t count = in.varint();
    if (!may_hold(in, count, 2)) return false;
    for (std::uint64_t i = 0; i < count; ++i) change.parents.push_back(read_name(in));
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
  const Shape shape = shape_of(change);
  std::string out;
  put_parents(out, change);
  out[0] = static_cast<char>(static_cast<unsigned char>(out[0]) | shape << 2U);
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
  if (head > 15 && (head & 3U) != kNarrow) return error(ErrorCode::version, "this change was written by another version");
  ByteReader in(bytes.substr(1));
  Change change{name.replica, name.seq, {}, {}};
  if (!read_parents(in, head, change)) return broken();
  const std::uint8_t shape = head >> 2U & 3U;
  const bool good = shape == kPatches ? read_patches(in, change.patches) : read_one_patch(in, shape, change.patches);
  if (!good) return broken();
  return change;
}

}  // namespace tutti::merge

#include "sync/merge/file/container.hpp"

#include <zstd.h>

#include "sync/merge/file/bytes.hpp"
#include "sync/merge/file/checksum.hpp"
#include "sync/merge/file/need.hpp"

namespace tutti::merge {

namespace {

constexpr std::string_view kMagic = "TUTD";
constexpr char kVersion = 2;
constexpr int kLevel = 3;
constexpr std::size_t kMostSections = 65'536;
constexpr std::size_t kLongestEntry = 38;  // bytes in the directory

constexpr std::uint64_t kEntryMemory = 128;  // of a section in a growing vector

std::uint64_t memory_of(const Section& section) {
  return kEntryMemory + section.memory;
}
static_assert(2 * sizeof(Section) <= kEntryMemory);

void put_entry(std::string& directory, const Section& section) {
  directory.push_back(static_cast<char>(section.kind));
  directory.push_back(static_cast<char>(section.packing));
  put_varint(directory, section.events.begin);
  put_varint(directory, section.events.end - section.events.begin);
  put_varint(directory, section.size);
  put_varint(directory, section.memory);
  put_varint(directory, section.bytes.size());
  put_fixed(directory, section.hash);
}

bool read_entry(ByteReader& in, Section& section, std::uint64_t& stored) {
  const std::string_view head = in.take(2);
  if (head.size() != 2) return false;
  section.kind = static_cast<SectionKind>(head[0]);
  section.packing = static_cast<Packing>(head[1]);
  const std::uint64_t begin = in.varint();
  const std::uint64_t count = in.varint();
  section.size = in.varint();
  section.memory = in.varint();
  stored = in.varint();
  section.hash = in.fixed();
  if (!in.ok() || begin >= kMaxEvents || count >= kMaxEvents - begin || section.size > section.memory) return false;
  section.events = {static_cast<Lv>(begin), static_cast<Lv>(begin + count)};
  if (section.memory > 0xffffffffU) return false;
  if (section.kind == SectionKind::text && section.memory / 2 < section.size) return false;
  if (section.packing == Packing::zstd && stored >= section.size) return false;
  return section.kind == SectionKind::padding || section.packing != Packing::plain || section.size == stored;
}

}  // namespace

Error broken_file() {
  return error(ErrorCode::corrupt, "this is not a document, or it is damaged");
}

OwnSection make_section(SectionKind kind, LvRange events, std::uint64_t memory, std::string_view content, bool pack) {
  OwnSection made{{kind, Packing::plain, events, content.size(), memory, 0, {}}, {}};
  if (pack) {
    made.bytes.resize(ZSTD_compressBound(content.size()));
    const std::size_t size = ZSTD_compress(made.bytes.data(), made.bytes.size(), content.data(), content.size(), kLevel);
    if (ZSTD_isError(size) == 0 && size < content.size()) {
      made.section.packing = Packing::zstd;
      made.bytes.resize(size);
      made.bytes.shrink_to_fit();  // it may be kept
    }
  }
  if (made.section.packing == Packing::plain) made.bytes = content;
  made.section.hash = checksum(made.bytes);
  return made;
}

std::string write_container(const std::vector<Section>& sections) {
  std::string directory;
  std::uint64_t total = 0;
  std::uint64_t memory = 0;
  for (const Section& section : sections) {
    put_entry(directory, section);
    total += section.bytes.size();
    memory += memory_of(section);
  }
  if (memory > Need::room(total)) {
    const std::string zeros((memory + kEntryMemory - Need::room(total)) / 8 + 1, '\0');
    std::vector<Section> padded = sections;
    padded.push_back({SectionKind::padding, Packing::plain, {}, 0, 0, checksum(zeros), zeros});
    return write_container(padded);
  }
  std::string out(kMagic);
  out.reserve(directory.size() + total + 32);
  out.push_back(kVersion);
  put_varint(out, directory.size());
  out += directory;
  put_fixed(out, checksum(out));
  for (const Section& section : sections) out += section.bytes;
  return out;
}

Result<std::vector<Section>> read_container(std::string_view bytes) {
  if (bytes.size() <= kMagic.size() || bytes.substr(0, kMagic.size()) != kMagic) return broken_file();
  if (bytes[kMagic.size()] != kVersion) return error(ErrorCode::version, "this document was written by another version");
  ByteReader in(bytes.substr(kMagic.size() + 1));
  const std::string_view directory = in.take(in.varint());
  const std::size_t hashed = bytes.size() - in.rest().size();
  const std::uint64_t hash = in.fixed();
  if (!in.ok() || directory.size() > kMostSections * kLongestEntry || !has_checksum(bytes.substr(0, hashed), hash)) {
    return broken_file();
  }
  std::vector<Section> sections;
  std::uint64_t memory = 0;
  for (ByteReader entries(directory); !entries.at_end();) {
    Section section;
    std::uint64_t stored = 0;
    if (!read_entry(entries, section, stored)) return broken_file();
    section.bytes = in.take(stored);
    memory += memory_of(section);
    if (!in.ok() || memory > Need::room(bytes.size())) return broken_file();
    sections.push_back(section);
  }
  if (!in.at_end()) return broken_file();
  return sections;
}

void Unpacker::Free::operator()(void* context) const {
  ZSTD_freeDCtx(static_cast<ZSTD_DCtx*>(context));
}

Status check_container(std::string_view bytes) {
  const auto sections = read_container(bytes);
  if (!sections) return sections.error();
  for (const Section& section : *sections) {
    if (!has_checksum(section.bytes, section.hash)) return broken_file();
  }
  return {};
}

bool Unpacker::unpack(const Section& section, std::string& out) {
  if (!has_checksum(section.bytes, section.hash)) return false;
  if (section.packing == Packing::plain) {
    out = section.bytes;
    return true;
  }
  if (section.packing != Packing::zstd) return false;
  if (!context_) context_.reset(ZSTD_createDCtx());
  out.resize(section.size);
  auto* const context = static_cast<ZSTD_DCtx*>(context_.get());
  return ZSTD_decompressDCtx(context, out.data(), out.size(), section.bytes.data(), section.bytes.size()) == section.size;
}

}  // namespace tutti::merge

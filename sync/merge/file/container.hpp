#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "sync/merge/log/lv.hpp"

/// A file as sections behind a directory, each packed and checked by itself: what is not asked for is neither unpacked nor
/// looked at.
namespace tutti::merge {

enum class SectionKind : std::uint8_t { columns = 1, content = 2, text = 3, padding = 4, cut = 5 };
enum class Packing : std::uint8_t { plain = 0, zstd = 1 };

/// One section as it stands in the file.
struct Section {
  SectionKind kind = SectionKind::padding;
  Packing packing = Packing::plain;
  LvRange events;            ///< of columns and content: which events they tell of; of a text: [0, events before it)
  std::uint64_t size = 0;    ///< unpacked
  std::uint64_t memory = 0;  ///< bytes that reading it takes, at most
  std::uint64_t hash = 0;    ///< checksum of `bytes`
  std::string_view bytes;
};

/// A section with bytes of its own.
struct OwnSection {
  Section section;
  std::string bytes;

  [[nodiscard]] Section view() const {
    Section at = section;
    at.bytes = bytes;
    return at;
  }
};

/// `pack`: by zstd, if that is smaller.
[[nodiscard]] OwnSection make_section(SectionKind kind, LvRange events, std::uint64_t memory, std::string_view content,
                                      bool pack = true);

/// Adds padding where a reader would refuse the file for what it takes in memory.
[[nodiscard]] std::string write_container(const std::vector<Section>& sections);
/// The sections, which point into `bytes`. The directory is checked, and that all that it tells of may be read within 8 times
/// the file and 64 KiB; the sections themselves are not: `unpack` does that.
[[nodiscard]] Result<std::vector<Section>> read_container(std::string_view bytes);
/// Whether the file and each of its sections is as it was written, without unpacking any.
[[nodiscard]] Status check_container(std::string_view bytes);

/// Unpacks sections with one context, which is what costs most of a short one.
class Unpacker {
 public:
  /// False when the bytes are not those that were written.
  [[nodiscard]] bool unpack(const Section& section, std::string& out);

 private:
  struct Free {
    void operator()(void* context) const;
  };
  std::unique_ptr<void, Free> context_;
};

[[nodiscard]] Error broken_file();

}  // namespace tutti::merge

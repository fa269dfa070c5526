#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"

// Binary frames: a document's whole history, from the hub in answer to `fetch`. One frame is
//
//   byte 0     kind, 1 = history part
//   1 … 16     document id
//   17 … 20    index of the part, little-endian, from 0 without gaps
//   21         1 in the last part, else 0
//   22 …       payload, up to 256 KiB: the next piece of the encoded document; empty only when the whole is
//
// The parts of one document come in order; parts of different documents and text frames may stand between them.
namespace tutti::wire {

inline constexpr std::size_t kBulkHeaderBytes = 22;
inline constexpr std::size_t kBulkPayloadMax = std::size_t{256} * 1024;
inline constexpr std::size_t kBulkFrameMax = kBulkHeaderBytes + kBulkPayloadMax;
/// Of one document, all parts together.
inline constexpr std::size_t kHistoryBytesMax = std::size_t{512} * 1024 * 1024;

struct HistoryPart {
  DocumentId document;
  std::uint32_t index = 0;
  bool last = false;
  std::string_view payload;  ///< into the frame it was read from

  friend bool operator==(const HistoryPart&, const HistoryPart&) = default;
};

[[nodiscard]] Result<HistoryPart> decode_bulk(std::string_view frame);
[[nodiscard]] std::string encode(const HistoryPart& part);

/// All frames of one history, in order; at least one.
[[nodiscard]] std::vector<std::string> encode_history(DocumentId document, std::string_view bytes);

/// Collects one document's parts. After a fault it has to be thrown away, and the document fetched again.
class HistoryAssembly {
 public:
  /// True once the last part is in. `gap` when a part is missing or doubled, `limit` above `kHistoryBytesMax`.
  [[nodiscard]] Result<bool> add(const HistoryPart& part);
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::uint32_t next_ = 0;
  bool done_ = false;
  std::string bytes_;
};

}  // namespace tutti::wire

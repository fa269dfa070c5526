#include "protocol/wire/bulk.hpp"

#include <algorithm>

namespace tutti::wire {

namespace {

constexpr char kHistoryKind = 1;
constexpr std::size_t kDocumentAt = 1;
constexpr std::size_t kIndexAt = 17;
constexpr std::size_t kLastAt = 21;

std::uint32_t read_index(std::string_view frame) {
  std::uint32_t index = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    index |= static_cast<std::uint32_t>(static_cast<unsigned char>(frame[kIndexAt + i])) << (8U * i);
  }
  return index;
}

}  // namespace

Result<HistoryPart> decode_bulk(std::string_view frame) {
  if (frame.size() < kBulkHeaderBytes) return error(ErrorCode::invalid, "binary frame: shorter than its header");
  if (frame[0] != kHistoryKind) return error(ErrorCode::invalid, "binary frame: unknown kind");
  if (frame.size() > kBulkFrameMax) {
    return error(ErrorCode::limit, "binary frame: payload longer than " + std::to_string(kBulkPayloadMax) + " bytes");
  }
  HistoryPart part;
  for (std::size_t i = 0; i < part.document.bytes.size(); ++i) {
    part.document.bytes[i] = static_cast<std::uint8_t>(frame[kDocumentAt + i]);
  }
  part.index = read_index(frame);
  const char last = frame[kLastAt];
  if (last != 0 && last != 1) return error(ErrorCode::invalid, "binary frame: last is neither 0 nor 1");
  part.last = last == 1;
  part.payload = frame.substr(kBulkHeaderBytes);
  if (part.payload.empty() && !(part.last && part.index == 0)) return error(ErrorCode::invalid, "binary frame: empty part");
  return part;
}

std::string encode(const HistoryPart& part) {
  std::string frame;
  frame.reserve(kBulkHeaderBytes + part.payload.size());
  frame += kHistoryKind;
  for (const std::uint8_t byte : part.document.bytes) frame += static_cast<char>(byte);
  for (unsigned shift = 0; shift < 32; shift += 8) frame += static_cast<char>(static_cast<unsigned char>(part.index >> shift));
  frame += static_cast<char>(part.last ? 1 : 0);
  frame += part.payload;
  return frame;
}

std::vector<std::string> encode_history(DocumentId document, std::string_view bytes) {
  std::vector<std::string> frames;
  HistoryPart part{document, 0, false, {}};
  do {
    part.payload = bytes.substr(0, kBulkPayloadMax);
    bytes.remove_prefix(part.payload.size());
    part.last = bytes.empty();
    frames.push_back(encode(part));
    ++part.index;
  } while (!bytes.empty());
  return frames;
}

Result<bool> HistoryAssembly::add(const HistoryPart& part) {
  if (done_ || part.index != next_) {
    return error(ErrorCode::gap,
                 "history part " + std::to_string(part.index) + " came where " + std::to_string(next_) + " was due");
  }
  if (bytes_.size() + part.payload.size() > kHistoryBytesMax) {
    return error(ErrorCode::limit, "history longer than " + std::to_string(kHistoryBytesMax) + " bytes");
  }
  ++next_;
  bytes_ += part.payload;
  done_ = part.last;
  return done_;
}

}  // namespace tutti::wire

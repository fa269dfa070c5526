#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace tutti::merge {

/// Appends numbers: LEB128 for unsigned, zig-zag LEB128 for signed ones.
inline void put_varint(std::string& out, std::uint64_t value) {
  while (value >= 0x80U) {
    out.push_back(static_cast<char>(value | 0x80U));
    value >>= 7U;
  }
  out.push_back(static_cast<char>(value));
}
inline void put_signed(std::string& out, std::int64_t value) {
  put_varint(out, (static_cast<std::uint64_t>(value) << 1U) ^ static_cast<std::uint64_t>(value >> 63));
}
inline void put_fixed(std::string& out, std::uint64_t value) {
  for (int i = 0; i < 8; ++i, value >>= 8U) out.push_back(static_cast<char>(value));
}

/// Reads untrusted bytes. After the first thing that is not there everything reads as 0 and `ok` is false.
class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : at_(bytes.data()), end_(bytes.data() + bytes.size()) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool at_end() const { return at_ == end_; }
  [[nodiscard]] std::string_view rest() const { return {at_, size()}; }

  std::uint64_t varint() {
    if (at_ != end_ && static_cast<std::uint8_t>(*at_) < 0x80U) return static_cast<std::uint8_t>(*at_++);  // most are short
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && at_ != end_; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(*at_++);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80U) return value;
    }
    return fail();
  }
  /// A varint that must fit in 32 bits.
  std::uint32_t small() {
    const std::uint64_t value = varint();
    return static_cast<std::uint32_t>(value <= 0xffffffffU ? value : fail());
  }
  std::int64_t signed_varint() {
    const std::uint64_t value = varint();
    return static_cast<std::int64_t>(value >> 1U) ^ -static_cast<std::int64_t>(value & 1U);
  }
  std::uint64_t fixed() {
    std::uint64_t value = 0;
    const std::string_view bytes = take(8);
    for (std::size_t i = bytes.size(); i > 0; --i) value = (value << 8U) | static_cast<std::uint8_t>(bytes[i - 1]);
    return value;
  }
  std::string_view take(std::uint64_t count) {
    if (count > size()) {
      fail();
      return {};
    }
    const std::string_view bytes(at_, count);
    at_ += count;
    return bytes;
  }

  /// What was read cannot be.
  std::uint64_t fail() {
    ok_ = false;
    at_ = end_;
    return 0;
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - at_); }

 private:
  const char* at_;
  const char* end_;
  bool ok_ = true;
};

}  // namespace tutti::merge

#pragma once

#include <cstdint>

namespace tutti::test {

/// A fuzzer's bytes, one after the other; zeros after the last.
class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : at_(data), end_(data + size) {}
  [[nodiscard]] bool done() const { return at_ == end_; }
  std::uint8_t byte() { return done() ? std::uint8_t{0} : *at_++; }

 private:
  const std::uint8_t* at_;
  const std::uint8_t* end_;
};

}  // namespace tutti::test

#include "sync/net/websocket/codec.hpp"

namespace tutti::net {

// `state_` is what is still expected of the present character: bits 0-1 count the continuation bytes to come, bits 8-15 and
// 16-23 are the lowest and highest value the next one may have (which is what excludes over-long forms, surrogates and
// values above U+10FFFF). 0 is between characters; `broken` stays.
namespace {

constexpr std::uint32_t broken = 0xffffffffU;

constexpr std::uint32_t expect(std::uint32_t count, std::uint32_t low = 0x80, std::uint32_t high = 0xbf) {
  return count | (low << 8U) | (high << 16U);
}

std::uint32_t after_lead(unsigned char lead) {
  if (lead < 0x80) return 0;
  if (lead >= 0xc2 && lead <= 0xdf) return expect(1);
  if (lead == 0xe0) return expect(2, 0xa0);
  if (lead == 0xed) return expect(2, 0x80, 0x9f);
  if (lead >= 0xe1 && lead <= 0xef) return expect(2);
  if (lead == 0xf0) return expect(3, 0x90);
  if (lead >= 0xf1 && lead <= 0xf3) return expect(3);
  if (lead == 0xf4) return expect(3, 0x80, 0x8f);
  return broken;
}

std::uint32_t after_continuation(std::uint32_t state, unsigned char byte) {
  if (byte < ((state >> 8U) & 0xffU) || byte > ((state >> 16U) & 0xffU)) return broken;
  const std::uint32_t left = (state & 3U) - 1;
  return left == 0 ? 0 : expect(left);
}

}  // namespace

bool Utf8Check::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (state_ == broken) return false;
    const auto byte = static_cast<unsigned char>(c);
    state_ = state_ == 0 ? after_lead(byte) : after_continuation(state_, byte);
  }
  return state_ != broken;
}

}  // namespace tutti::net

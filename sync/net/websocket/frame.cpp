#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

#include "sync/net/websocket/codec.hpp"

namespace tutti::net {

namespace {

constexpr std::uint8_t final_bit = 0x80;
constexpr std::uint8_t mask_bit = 0x80;

std::string header(WsOpcode opcode, std::size_t size, std::uint8_t mask_flag) {
  std::string out;
  const auto put = [&out](std::size_t byte) { out += static_cast<char>(byte & 0xffU); };
  put(final_bit | static_cast<std::uint8_t>(opcode));
  const std::size_t length_bytes = size < 126 ? 0 : size <= 0xffff ? 2 : 8;
  put(mask_flag | (length_bytes == 0 ? size : length_bytes == 2 ? 126U : 127U));
  for (std::size_t i = length_bytes; i > 0; --i) put(size >> (8 * (i - 1)));
  return out;
}

}  // namespace

std::string ws_header(WsOpcode opcode, std::size_t payload_size) {
  return header(opcode, payload_size, 0);
}

std::string ws_frame(WsOpcode opcode, std::string_view payload) {
  std::string out = ws_header(opcode, payload.size());
  out.reserve(out.size() + payload.size());
  return out.append(payload);
}

std::string ws_masked_frame(WsOpcode opcode, std::string_view payload, std::array<std::uint8_t, 4> mask) {
  std::string out = header(opcode, payload.size(), mask_bit);
  out.reserve(out.size() + mask.size() + payload.size());
  for (const std::uint8_t byte : mask) out += static_cast<char>(byte);
  for (std::size_t i = 0; i < payload.size(); ++i) {
    out += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i & 3U]);
  }
  return out;
}

std::string ws_close_payload(std::uint16_t code, std::string_view reason) {
  constexpr std::size_t max_reason = 123;  // a control frame holds 125 bytes
  std::size_t length = std::min(reason.size(), max_reason);
  if (length < reason.size()) {
    while (length > 0 && (static_cast<unsigned char>(reason[length]) & 0xc0U) == 0x80U) --length;  // not inside a character
  }
  std::string out;
  out += static_cast<char>(code >> 8U);
  out += static_cast<char>(code & 0xffU);
  return out.append(reason.substr(0, length));
}

std::string ws_accept(std::string_view key) {
  const std::string joined = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest{};
  EVP_Digest(joined.data(), joined.size(), digest.data(), nullptr, EVP_sha1(), nullptr);
  std::array<unsigned char, 4 * ((SHA_DIGEST_LENGTH + 2) / 3) + 1> text{};
  const int length = EVP_EncodeBlock(text.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {text.begin(), text.begin() + length};
}

}  // namespace tutti::net

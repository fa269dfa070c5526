#pragma once

#include <cstdint>
#include <string_view>

namespace tutti::merge {

/// XXH3, 64 bits, seed 0. Against accidents, not against people.
[[nodiscard]] std::uint64_t checksum(std::string_view bytes);
/// Whether `sum` is that of the bytes. In a fuzzer it always is, or nothing behind it would ever be reached.
[[nodiscard]] bool has_checksum(std::string_view bytes, std::uint64_t sum);

}  // namespace tutti::merge

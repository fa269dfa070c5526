#include "sync/merge/file/checksum.hpp"

#include <xxhash.h>

namespace tutti::merge {

std::uint64_t checksum(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

bool has_checksum([[maybe_unused]] std::string_view bytes, [[maybe_unused]] std::uint64_t sum) {
#ifdef FUZZING_BUILD_MODE_UNSAFE_FOR_PRODUCTION
  return true;
#else
  return checksum(bytes) == sum;
#endif
}

}  // namespace tutti::merge

#include "sync/exchange/check.hpp"

#include "protocol/base/random.hpp"

namespace tutti::exchange {

namespace {

/// JSON carries whole numbers of 53 bits.
std::uint64_t shorten(std::uint64_t hash) {
  return hash >> 11U;
}

}  // namespace

std::uint64_t hash_of(const merge::Known& known) {
  std::uint64_t hash = 0;
  for (const auto& [replica, next] : known) hash += Random(Random(replica.value).next() + next.value).next();
  return shorten(hash);
}

std::uint64_t hash_of(const merge::Document& document) {
  return shorten(document.text().hash());
}

wire::TextCheck check_of(DocumentId id, const merge::Document& document) {
  return {id, hash_of(document.known()), hash_of(document)};
}

}  // namespace tutti::exchange

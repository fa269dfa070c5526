#include "sync/store/migrations.hpp"

#include <sodium.h>

namespace tutti::store {

std::string checksum(const Migration& migration) {
  unsigned char hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256(hash, reinterpret_cast<const unsigned char*>(migration.sql.data()), migration.sql.size());
  char hex[2 * sizeof hash + 1];
  sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
  return hex;
}

Result<bool> due(const Migration& migration, const Ledger& ledger, int known) {
  if (ledger.newest > known) {
    return error(ErrorCode::version, "the database has schema " + std::to_string(ledger.newest) +
                                         ", this program knows up to " + std::to_string(known) +
                                         ": use the newer tutti-hub that wrote it");
  }
  if (ledger.newest < migration.number - 1) return error(ErrorCode::corrupt, "the database skipped a migration");
  if (ledger.newest < migration.number) return true;
  if (ledger.checksum == checksum(migration)) return false;
  return error(ErrorCode::version,
               "migration " + std::string(migration.name) + " of this database is not the one that this program has");
}

}  // namespace tutti::store

#include "sync/hub/entry/password.hpp"

#include <sodium.h>

#include <chrono>
#include <semaphore>

namespace tutti::hub {

namespace {

constexpr std::size_t memory = 64ULL * 1024 * 1024;
constexpr unsigned long long passes = 2;
constexpr std::chrono::seconds patience{2};

std::counting_semaphore<2>& gate() {
  static std::counting_semaphore<2> places(2);
  return places;
}

/// A place among those who may use 64 MiB.
class Turn {
 public:
  Turn() : mine_(gate().try_acquire_for(patience)) {}
  ~Turn() {
    if (mine_) gate().release();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;
  [[nodiscard]] Status status() const {
    return mine_ ? Status() : Status(error(ErrorCode::limit, "Too many passwords are being checked; try again in a moment."));
  }

 private:
  bool mine_;
};

}  // namespace

Result<std::string> hash_password(std::string_view password) {
  if (password.empty() || password.size() > longest_password)
    return error(ErrorCode::invalid, "A password has 1 to 256 bytes.");
  const Turn turn;
  if (auto status = turn.status(); !status) return status.error();
  char hash[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(hash, password.data(), password.size(), passes, memory, crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return error(ErrorCode::unavailable, "There is no memory to hash the password.");
  }
  return std::string(hash);
}

Result<bool> same_password(const std::string& hash, std::string_view password) {
  if (password.empty() || password.size() > longest_password) return false;
  const Turn turn;
  if (auto status = turn.status(); !status) return status.error();
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace tutti::hub

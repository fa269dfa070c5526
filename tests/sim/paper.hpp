#pragma once

#include <algorithm>
#include <string>

#include "protocol/base/random.hpp"
#include "sync/peer/peer.hpp"

namespace tutti::sim {

/// The file of a journal: what was written, and what of it the disk has for good.
class Paper {
 public:
  enum class End {
    killed,      ///< the process only: everything written is there
    power_lost,  ///< what was not synced may be there in part
    flipped,     ///< killed, and a byte of the file is another one
    old,         ///< somebody put an old copy of the file back
    none,        ///< the file is gone
  };

  void take(const peer::Journal& journal) {
    if (journal.anew) written_.clear();
    written_ += journal.bytes;
    number_ = journal.number;
  }
  /// The number up to which all is safe now.
  std::uint64_t sync() {
    safe_ = written_;
    return number_;
  }
  /// What cannot be read is laid aside.
  void discard() { written_.clear(); }
  [[nodiscard]] const std::string& written() const { return written_; }
  void copy_away() { old_ = written_; }

  [[nodiscard]] std::string left_by(End end, Random& random) {
    written_ = bytes_after(end, random);
    safe_ = written_;
    return written_;
  }

 private:
  [[nodiscard]] std::string bytes_after(End end, Random& random) const {
    std::string bytes = written_;
    if (end == End::none) bytes.clear();
    if (end == End::old) bytes = old_;
    if (end == End::flipped && !bytes.empty()) bytes[random.below(bytes.size())] ^= static_cast<char>(1 + random.below(255));
    if (end == End::power_lost) {
      const bool grew = written_.starts_with(safe_);
      if (!grew) return random.chance(50) ? safe_ : written_;
      bytes.resize(safe_.size() + random.below(written_.size() - safe_.size() + 1));
    }
    return bytes;
  }

  std::string written_, safe_, old_;
  std::uint64_t number_ = 0;
};

}  // namespace tutti::sim

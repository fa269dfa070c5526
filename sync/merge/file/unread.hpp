#pragma once

#include <cstdint>
#include <deque>
#include <string>

#include "protocol/base/result.hpp"
#include "sync/merge/file/container.hpp"
#include "sync/merge/file/need.hpp"
#include "sync/merge/log/log.hpp"

namespace tutti::merge {

/// Segments that follow on a log and are still to be taken into it, one after the other. Untrusted; neither this nor the log is
/// of any use after a failure.
///
/// First the tables of all are unpacked and counted, and then those of the log grow once, to what they will be: tables that
/// double take up to three times as much while they grow.
class Unread {
 public:
  /// `keeps`: a copy of the bytes, which go.
  void add(const Section& columns, const Section& content, bool keeps);
  [[nodiscard]] bool empty() const { return segments_.empty(); }
  /// Unpacks the tables of the next segment or, where all are, takes the first segment into the log.
  [[nodiscard]] Status go_on(Log& log);
  /// What unpacking has taken, in steps of some 100 ns.
  [[nodiscard]] std::uint64_t steps() const { return steps_; }

 private:
  struct Each {
    Section columns;
    Section content;
    std::string kept;    ///< the bytes of both
    std::string tables;  ///< of `columns`, once they are unpacked
  };

  [[nodiscard]] bool unpack_tables(Each& segment);
  [[nodiscard]] bool read_first(Log& log);
  [[nodiscard]] bool read(const Each& segment, Log& log);

  std::deque<Each> segments_;
  std::size_t unpacked_ = 0;
  bool made_room_ = false;
  Need need_;
  std::uint64_t content_ = 0;  ///< bytes
  std::uint64_t steps_ = 0;
  Unpacker unpacker_;
};

}  // namespace tutti::merge

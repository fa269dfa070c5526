#pragma once

#include <string>
#include <string_view>

#include "sync/merge/file/bytes.hpp"
#include "sync/merge/file/need.hpp"
#include "sync/merge/fold/cut.hpp"
#include "sync/merge/log/log.hpp"

/// Tables of a log as columns of numbers, and back. docs/FORMAT.md has them one by one.
namespace tutti::merge {

/// The tables of the events in `range`, which begins and ends between two changes. `memory`: what reading them takes, in bytes.
[[nodiscard]] std::string put_columns(const Log& log, LvRange range, std::uint64_t& memory);
/// The text that these events insert.
[[nodiscard]] std::string_view content_of(const Log& log, LvRange range);

/// What reading these columns takes, of which nothing is looked at but how many of each thing there are. Untrusted bytes: false
/// when they cannot be what `put_columns` wrote.
[[nodiscard]] bool need_of(std::string_view columns, Need& need);
/// Room for what follows on the log, so that its tables grow once.
void expect(Log& log, const Need& need, std::uint64_t content);
/// Appends `count` events of columns whose need is known. Untrusted bytes: false when they cannot be what `put_columns` wrote;
/// the log is of no use then. Positions are not checked against a text.
[[nodiscard]] bool read_columns(std::string_view columns, std::string content, Lv count, Log& log);

void put_cut(std::string& out, const Cut& cut);
/// What reading the cut takes, in bytes.
[[nodiscard]] std::uint64_t memory_of_cut(std::uint64_t bytes, std::uint64_t replicas);
/// False when there can be no such cut, or when reading it would take more than `memory` bytes.
[[nodiscard]] bool read_cut(std::string_view bytes, std::uint64_t memory, Cut& cut);

}  // namespace tutti::merge

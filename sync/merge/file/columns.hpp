#pragma once

#include <string>
#include <string_view>

#include "sync/merge/file/bytes.hpp"
#include "sync/merge/fold/cut.hpp"
#include "sync/merge/log/log.hpp"

/// Tables of a log as columns of numbers, and back. docs/FORMAT.md has them one by one.
namespace tutti::merge {

/// The tables of the events in `range`, which begins and ends between two changes. `memory`: what reading them takes, in bytes.
[[nodiscard]] std::string put_columns(const Log& log, LvRange range, std::uint64_t& memory);
/// The text that these events insert.
[[nodiscard]] std::string_view content_of(const Log& log, LvRange range);

/// Appends `count` events. Untrusted bytes: false when they cannot be what `put_columns` wrote, or when reading them would take
/// more than `memory` bytes; the log is of no use then. Positions are not checked against a text.
[[nodiscard]] bool read_columns(std::string_view columns, std::string content, Lv count, std::uint64_t memory, Log& log);

void put_cut(std::string& out, const Cut& cut);
/// False when there can be no such cut.
[[nodiscard]] bool read_cut(std::string_view bytes, Cut& cut);

}  // namespace tutti::merge

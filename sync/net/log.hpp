#pragma once

#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

/// Our logging: a level, a fixed message, and fields. Goes to stderr: one JSON object per line, or plain text on a terminal.
///
///   log_warn("connection closed", {{"peer", peer}, {"queued", bytes}});
///
/// Any thread may log. Line breaks, escape sequences and other control characters of a value cannot leave its field, and a
/// value is cut at `max_log_field`, so a peer's bytes can neither forge a line nor flood the log. Secrets are the caller's
/// duty: never pass a token, a link's fragment or file content.
namespace tutti::net {

enum class LogLevel { trace, debug, info, warn, error, off };

inline constexpr std::size_t max_log_field = 1024;  ///< bytes

struct LogField {
  LogField(std::string_view k, std::string_view v) : key(k), value(v) {}
  LogField(std::string_view k, const std::string& v) : key(k), value(v) {}
  LogField(std::string_view k, const char* v) : key(k), value(v) {}
  LogField(std::string_view k, bool v) : key(k), value(v ? "true" : "false"), bare(true) {}
  LogField(std::string_view k, double v) : key(k), value(std::to_string(v)), bare(true) {}
  template <std::integral T>
  LogField(std::string_view k, T v) : key(k), value(std::to_string(v)), bare(true) {}

  std::string_view key;
  std::string value;
  bool bare = false;  ///< a number or a truth value: no quotes in JSON
};

using LogFields = std::initializer_list<LogField>;

/// "info" and the like, as configuration files spell it.
std::optional<LogLevel> parse_log_level(std::string_view name);
void set_log_level(LogLevel level);  ///< default: info
bool log_enabled(LogLevel level);
/// Sends the log to a file (appended, JSON lines) instead of stderr; false if it cannot be opened.
bool log_to_file(const std::string& path);

void log(LogLevel level, std::string_view message, LogFields fields = {});
inline void log_debug(std::string_view message, LogFields fields = {}) {
  log(LogLevel::debug, message, fields);
}
inline void log_info(std::string_view message, LogFields fields = {}) {
  log(LogLevel::info, message, fields);
}
inline void log_warn(std::string_view message, LogFields fields = {}) {
  log(LogLevel::warn, message, fields);
}
inline void log_error(std::string_view message, LogFields fields = {}) {
  log(LogLevel::error, message, fields);
}

/// The line that would be written, without the time; for tests.
std::string format_log_line(bool json, LogLevel level, std::string_view message, LogFields fields);

}  // namespace tutti::net

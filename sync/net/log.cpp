#include "sync/net/log.hpp"

#include <spdlog/logger.h>
#include <spdlog/sinks/basic_file_sink.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <ctime>
#include <mutex>

namespace tutti::net {

namespace {

struct Output {
  std::mutex mutex;
  std::shared_ptr<spdlog::logger> logger;
  std::atomic<LogLevel> level{LogLevel::info};
  bool json = true;
};

std::shared_ptr<spdlog::logger> plain_logger(spdlog::sink_ptr sink) {
  auto logger = std::make_shared<spdlog::logger>("tutti", std::move(sink));
  logger->set_pattern("%v");
  logger->set_level(spdlog::level::trace);
  logger->flush_on(spdlog::level::trace);
  return logger;
}

// Never destroyed: whatever ends last may still log.
Output& output() {
  static Output& instance = *[] {
    auto* made = new Output;
    made->logger = plain_logger(std::make_shared<spdlog::sinks::stderr_sink_mt>());
    made->json = ::isatty(STDERR_FILENO) == 0;
    return made;
  }();
  return instance;
}

constexpr std::array<std::string_view, 6> level_names = {"trace", "debug", "info", "warn", "error", "off"};

std::string_view level_name(LogLevel level) {
  return level_names.at(static_cast<std::size_t>(level));
}

// Length of the well-formed UTF-8 character at the front, 0 if there is none. Over-long forms and surrogates pass as three
// bytes; a log needs no more than that nobody can hide a control character.
std::size_t character_length(std::string_view text) {
  const auto lead = static_cast<unsigned char>(text[0]);
  const std::size_t length = lead < 0x80                   ? 1
                             : lead >= 0xc2 && lead < 0xe0 ? 2
                             : lead >= 0xe0 && lead < 0xf0 ? 3
                             : lead >= 0xf0 && lead < 0xf5 ? 4
                                                           : 0;
  if (length == 0 || length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) return 0;
  }
  return length;
}

// C0, DEL and C1: everything a terminal could take for a command.
bool is_control(std::string_view character) {
  const auto lead = static_cast<unsigned char>(character[0]);
  return lead < 0x20 || lead == 0x7f || (lead == 0xc2 && static_cast<unsigned char>(character[1]) < 0xa0);
}

void append_escape(std::string& out, unsigned code) {
  constexpr std::string_view digits = "0123456789abcdef";
  out += "\\u00";
  out += digits[(code >> 4U) & 15U];
  out += digits[code & 15U];
}

void append_escaped(std::string& out, std::string_view text) {
  const std::size_t limit = out.size() + max_log_field;
  while (!text.empty()) {
    if (out.size() >= limit) {
      out += "...";
      return;
    }
    const std::size_t length = character_length(text);
    if (length == 0) {
      out += "\xef\xbf\xbd";
      text.remove_prefix(1);
      continue;
    }
    const std::string_view character = text.substr(0, length);
    if (is_control(character)) {
      append_escape(out, static_cast<unsigned char>(character[length - 1]));
    } else {
      if (character == "\"" || character == "\\") out += '\\';
      out += character;
    }
    text.remove_prefix(length);
  }
}

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  append_escaped(out, text);
  out += '"';
}

std::string json_line(LogLevel level, std::string_view message, LogFields fields) {
  std::string line = "\"level\":";
  append_quoted(line, level_name(level));
  line += ",\"message\":";
  append_quoted(line, message);
  for (const LogField& field : fields) {
    line += ',';
    append_quoted(line, field.key);
    line += ':';
    if (field.bare) {
      line += field.value;
    } else {
      append_quoted(line, field.value);
    }
  }
  return line + '}';
}

std::string text_line(LogLevel level, std::string_view message, LogFields fields) {
  std::string line(level_name(level));
  line += ' ';
  append_escaped(line, message);
  for (const LogField& field : fields) {
    line += ' ';
    append_escaped(line, field.key);
    line += '=';
    if (field.bare) {
      line += field.value;
    } else {
      append_quoted(line, field.value);
    }
  }
  return line;
}

std::string now_text() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  const auto millis = std::chrono::duration_cast<std::chrono::milliseconds>(since).count();
  const std::time_t seconds = static_cast<std::time_t>(millis / 1000);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 40> text{};
  const std::size_t length = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
  const std::string fraction = std::to_string(1000 + millis % 1000);
  return std::string(text.data(), length) + '.' + fraction.substr(1) + 'Z';
}

}  // namespace

std::optional<LogLevel> parse_log_level(std::string_view name) {
  for (std::size_t i = 0; i < level_names.size(); ++i) {
    if (level_names.at(i) == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

void set_log_level(LogLevel level) {
  output().level = level;
}

bool log_enabled(LogLevel level) {
  return level >= output().level.load(std::memory_order_relaxed) && level != LogLevel::off;
}

bool log_to_file(const std::string& path) {
  try {
    auto logger = plain_logger(std::make_shared<spdlog::sinks::basic_file_sink_mt>(path));
    const std::lock_guard lock(output().mutex);
    output().logger = std::move(logger);
    output().json = true;
    return true;
  } catch (const spdlog::spdlog_ex&) {
    return false;
  }
}

std::string format_log_line(bool json, LogLevel level, std::string_view message, LogFields fields) {
  return json ? '{' + json_line(level, message, fields) : text_line(level, message, fields);
}

void log(LogLevel level, std::string_view message, LogFields fields) {
  if (!log_enabled(level)) return;
  std::shared_ptr<spdlog::logger> logger;
  bool json = false;
  {
    const std::lock_guard lock(output().mutex);
    logger = output().logger;
    json = output().json;
  }
  const std::string line = json ? "{\"time\":\"" + now_text() + "\"," + json_line(level, message, fields)
                                : now_text() + ' ' + text_line(level, message, fields);
  logger->log(spdlog::level::critical, spdlog::string_view_t(line.data(), line.size()));
}

}  // namespace tutti::net

#include "lsp-server/commands/terminal.hpp"

#include <unistd.h>

#include <cerrno>

#include "lsp-server/commands/commands.hpp"

namespace tutti::commands {
namespace {

void write_line(int fd, std::string line) {
  line += '\n';
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t put = ::write(fd, rest.data(), rest.size());
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return;  // nobody listens any more
    rest.remove_prefix(static_cast<std::size_t>(put));
  }
}

/// Marks that reorder the text on a screen: U+200E, U+200F, U+202A–202E, U+2066–2069.
bool reorders(std::string_view three) {
  if (three.size() < 3 || three[0] != '\xE2') return false;
  const auto second = static_cast<unsigned char>(three[1]), third = static_cast<unsigned char>(three[2]);
  if (second == 0x80) return third == 0x8E || third == 0x8F || (third >= 0xAA && third <= 0xAE);
  return second == 0x81 && third >= 0xA6 && third <= 0xA9;
}

}  // namespace

std::string plain(std::string_view words) {
  std::string out;
  for (std::size_t at = 0; at < words.size(); ++at) {
    const auto c = static_cast<unsigned char>(words[at]);
    if (reorders(words.substr(at))) {
      out += '?';
      at += 2;
    } else {
      out += c < 0x20 || c == 0x7F ? '?' : words[at];
    }
  }
  return out;
}

void say(std::string_view words) {
  write_line(STDERR_FILENO, plain(words));
}

void print(std::string_view line) {
  write_line(STDOUT_FILENO, plain(line));
}

int fail(const Error& why) {
  say("tutti: " + why.message);
  switch (why.code) {
    case ErrorCode::invalid:
      return exit_code::usage;
    case ErrorCode::denied:
    case ErrorCode::password:
      return exit_code::no_permission;
    case ErrorCode::unavailable:
      return exit_code::no_connection;
    default:
      return exit_code::failed;
  }
}

}  // namespace tutti::commands

#include "lsp-server/mirror/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdio>

#include "lsp-server/mirror/descriptor.hpp"
#include "lsp-server/mirror/root.hpp"

namespace tutti::mirror {

Status write_private(const std::string& file, std::string_view bytes) {
  static std::atomic<unsigned> counter{0};
  const std::string temporary = file + ".new-" + std::to_string(getpid()) + "-" + std::to_string(counter++);
  const Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!fd) return system_error(errno, "write", file);
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd.get(), bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) {
      const int code = errno;
      unlink(temporary.c_str());
      return system_error(code, "write", file);
    }
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  if (::rename(temporary.c_str(), file.c_str()) != 0) return system_error(errno, "write", file);
  return {};
}

std::optional<std::string> read_private(const std::string& file) {
  const Descriptor fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) return std::nullopt;
  std::string bytes;
  std::array<char, 16 * 1024> chunk{};
  for (;;) {
    const ssize_t got = ::read(fd.get(), chunk.data(), chunk.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return bytes;
    bytes.append(chunk.data(), static_cast<std::size_t>(got));
  }
}

Status make_private_folder(const std::string& folder) {
  for (std::size_t at = folder.find('/', 1);; at = folder.find('/', at + 1)) {
    const std::string part = folder.substr(0, at);
    struct stat status {};
    if (mkdir(part.c_str(), 0700) != 0 && (stat(part.c_str(), &status) != 0 || !S_ISDIR(status.st_mode))) {
      return system_error(errno, "make the folder", part);
    }
    if (at == std::string::npos) return {};
  }
}

}  // namespace tutti::mirror

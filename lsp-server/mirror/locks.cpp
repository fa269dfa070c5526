#include "lsp-server/mirror/locks.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "lsp-server/mirror/root.hpp"

namespace tutti::mirror {
namespace {

constexpr mode_t private_file = 0600;
constexpr mode_t private_folder = 0700;

/// The name still leads to the file that was locked: its last owner may have removed it between open and lock.
bool still_named(int fd, const std::string& file) {
  struct stat held {
  }, named{};
  return fstat(fd, &held) == 0 && stat(file.c_str(), &named) == 0 && held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

}  // namespace

Result<std::optional<FolderLock>> FolderLock::take(const std::string& file) {
  for (;;) {
    Descriptor fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, private_file));
    if (!fd) return system_error(errno, "lock", file);
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::optional<FolderLock>();
      return system_error(errno, "lock", file);
    }
    if (still_named(fd.get(), file)) return std::optional(FolderLock(std::move(fd)));
  }
}

OpenMarks::~OpenMarks() {
  while (!held_.empty()) release(held_.begin()->first);
}

Status OpenMarks::mark(DocumentId document) {
  if (mine(document)) return {};
  mkdir(folder_.c_str(), private_folder);
  for (;;) {
    Descriptor fd(::open(file(document).c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, private_file));
    if (!fd) return system_error(errno, "mark as open", file(document));
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return error(ErrorCode::conflict, "another editor has the file open");
    if (!still_named(fd.get(), file(document))) continue;
    held_.emplace(document, std::move(fd));
    return {};
  }
}

void OpenMarks::release(DocumentId document) {
  const auto held = held_.find(document);
  if (held == held_.end()) return;
  unlink(file(document).c_str());
  held_.erase(held);
}

bool OpenMarks::elsewhere(DocumentId document) const {
  if (mine(document)) return false;
  const Descriptor fd(::open(file(document).c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return false;
  if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) return true;
  if (still_named(fd.get(), file(document))) unlink(file(document).c_str());
  return false;
}

}  // namespace tutti::mirror

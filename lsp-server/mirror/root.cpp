#include "lsp-server/mirror/root.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace tutti::mirror {
namespace {

constexpr mode_t new_file_mode = 0666;
constexpr mode_t permission_bits = 0777;  ///< never set-uid, set-gid or sticky

std::string_view parent_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string name_of(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

Fingerprint fingerprint_of(const struct stat& status) {
  return {status.st_ino, static_cast<std::uint64_t>(status.st_size), nanoseconds(status.st_mtim), nanoseconds(status.st_ctim)};
}

EntryKind kind_of(const struct stat& status) {
  if (S_ISREG(status.st_mode)) return EntryKind::file;
  return S_ISDIR(status.st_mode) ? EntryKind::folder : EntryKind::other;
}

int open_in_kernel(int root, const std::string& path, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof how));
}

/// The same without openat2: no component may be a symlink, and `..` never comes here (check_path).
int open_step_by_step(int root, std::string_view path, int flags) {
  Descriptor at;
  int folder = root;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/')) {
    const std::string name(path.substr(0, slash));
    if (name == ".." || name.empty()) return errno = EXDEV, -1;
    at = Descriptor(openat(folder, name.c_str(), O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC));
    if (!at) return -1;
    folder = at.get();
    path.remove_prefix(slash + 1);
  }
  if (path == "..") return errno = EXDEV, -1;
  return openat(folder, std::string(path).c_str(), flags | O_NOFOLLOW);
}

Result<std::string> read_all(int fd, std::uint64_t size, std::string_view path) {
  std::string bytes;
  bytes.resize(size + 1);  // one more, so that the end is seen without another call
  std::size_t have = 0;
  while (have < bytes.size()) {
    const ssize_t got = ::read(fd, bytes.data() + have, bytes.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return system_error(errno, "read", path);
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  bytes.resize(have);
  return bytes;
}

Status write_all(int fd, std::string_view bytes, std::string_view path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return system_error(errno, "write", path);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

std::string temporary_name() {
  static std::atomic<unsigned> counter{0};
  return std::string(Root::temporary_prefix) + std::to_string(getpid()) + "-" + std::to_string(counter++);
}

/// Removes the temporary file unless it found its place.
struct Leftover {
  int parent;
  const std::string& name;
  ~Leftover() { unlinkat(parent, name.c_str(), 0); }
};

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

}  // namespace

Descriptor::~Descriptor() {
  if (fd_ >= 0) ::close(fd_);
}

Error system_error(int code, std::string_view doing, std::string_view path) {
  const std::string head = "cannot " + std::string(doing) + " " + std::string(path.empty() ? "the folder" : path) + ": ";
  if (code == ENOSPC || code == EDQUOT) return error(ErrorCode::limit, head + "the disk is full");
  if (code == EACCES || code == EPERM || code == EROFS) return error(ErrorCode::io, head + "the system does not permit it");
  if (code == ELOOP || code == EXDEV) return error(ErrorCode::invalid, head + "a symbolic link stands in its path");
  if (code == ENOTDIR) return error(ErrorCode::invalid, head + "a file stands where a folder should be");
  return error(ErrorCode::io, head + std::strerror(code));
}

Result<Root> Root::open(const std::string& folder) {
  Descriptor root(::open(folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!root) return system_error(errno, "open", folder);
  const Descriptor probe(open_in_kernel(root.get(), ".", O_PATH | O_CLOEXEC));
  return Root(folder, std::move(root), static_cast<bool>(probe));
}

Result<Root> Root::open_without_openat2(const std::string& folder) {
  auto root = open(folder);
  if (root) root->openat2_ = false;
  return root;
}

bool Root::exists() const {
  struct stat mine {
  }, there{};
  return fstat(root_.get(), &mine) == 0 && stat(folder_.c_str(), &there) == 0 && mine.st_ino == there.st_ino &&
         mine.st_dev == there.st_dev;
}

Result<Descriptor> Root::open_beneath(std::string_view path, int flags) const {
  const std::string name(path.empty() ? "." : path);
  const int fd =
      openat2_ ? open_in_kernel(root_.get(), name, flags | O_CLOEXEC) : open_step_by_step(root_.get(), name, flags | O_CLOEXEC);
  if (fd < 0) return system_error(errno, "open", path);
  return Descriptor(fd);
}

/// The folder that holds `path`. A race that moves a folder while it is walked is harmless: each step stays beneath the root.
Result<Descriptor> Root::open_parent(std::string_view path, bool make) const {
  const std::string_view parent = parent_of(path);
  auto folder = open_beneath(parent, O_PATH | O_DIRECTORY);
  if (folder || !make || parent.empty()) return folder;
  auto above = open_parent(parent, true);
  if (!above) return above;
  if (mkdirat(above->get(), name_of(parent).c_str(), permission_bits) != 0 && errno != EEXIST) {
    return system_error(errno, "make the folder", parent);
  }
  return open_beneath(parent, O_PATH | O_DIRECTORY);
}

std::optional<Entry> Root::look(std::string_view path) const {
  auto parent = open_parent(path, false);
  struct stat status {};
  const std::string name = name_of(path);
  if (!parent || fstatat(parent->get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) return std::nullopt;
  return Entry{name, kind_of(status), fingerprint_of(status)};
}

Status Root::leads_to(std::string_view path) const {
  for (auto folder = parent_of(path); !folder.empty(); folder = parent_of(folder)) {
    const auto opened = open_beneath(folder, O_PATH | O_DIRECTORY);
    if (opened) return {};
    if (opened.error().code == ErrorCode::invalid) return opened.error();
  }
  return {};
}

Result<std::optional<FileBytes>> Root::read(std::string_view path, std::uint64_t limit) const {
  const auto entry = look(path);
  if (!entry) return std::optional<FileBytes>();
  if (entry->kind != EntryKind::file) return error(ErrorCode::invalid, std::string(path) + " is not an ordinary file");
  // Not blocking: should a pipe have taken the file's place meanwhile, its open returns at once.
  auto file = open_beneath(path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
  if (!file) return file.error();
  struct stat status {};
  if (fstat(file->get(), &status) != 0) return system_error(errno, "read", path);
  if (!S_ISREG(status.st_mode)) return error(ErrorCode::invalid, std::string(path) + " is not an ordinary file");
  FileBytes out{{}, fingerprint_of(status), (status.st_mode & S_IXUSR) != 0, false};
  out.too_large = out.fingerprint.size > limit;
  if (out.too_large) return std::optional(std::move(out));
  auto bytes = read_all(file->get(), out.fingerprint.size, path);
  if (!bytes) return bytes.error();
  out.bytes = *std::move(bytes);
  return std::optional(std::move(out));
}

Result<std::vector<Entry>> Root::list(std::string_view folder, std::size_t limit) const {
  auto opened = open_beneath(folder, O_RDONLY | O_DIRECTORY);
  if (!opened) return opened.error();
  const int fd = dup(opened->get());
  const std::unique_ptr<DIR, CloseFolder> stream(fd < 0 ? nullptr : fdopendir(fd));
  if (!stream) return system_error(errno, "read", folder);
  std::vector<Entry> entries;
  while (const dirent* next = readdir(stream.get())) {
    const std::string name = next->d_name;
    struct stat status {};
    if (name == "." || name == ".." || fstatat(fd, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) continue;
    if (entries.size() >= limit) return error(ErrorCode::limit, std::string(folder) + " holds too many files");
    entries.push_back({name, kind_of(status), fingerprint_of(status)});
  }
  return entries;
}

/// Puts the temporary file in the place of `name`, and looks at what stood there afterwards: between a look and a replacement
/// another program may have written.
Result<Root::Written> Root::exchange(int parent, const std::string& temporary, const std::string& name,
                                     const std::optional<std::string>& expected) const {
  struct stat status {};
  Written written;
  if (renameat2(parent, temporary.c_str(), parent, name.c_str(), RENAME_NOREPLACE) != 0) {
    if (errno != EEXIST && errno != EINVAL) return system_error(errno, "write", name);
    if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 && !S_ISREG(status.st_mode)) {
      return error(ErrorCode::invalid, "cannot write " + name + ": something that is not an ordinary file has its name");
    }
    if (renameat2(parent, temporary.c_str(), parent, name.c_str(), RENAME_EXCHANGE) != 0) {
      if (errno != EINVAL && errno != ENOENT) return system_error(errno, "write", name);
      if (renameat(parent, temporary.c_str(), parent, name.c_str()) != 0) return system_error(errno, "write", name);
    } else {
      const Descriptor old(openat(parent, temporary.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
      if (old && fstat(old.get(), &status) == 0) {
        auto bytes = read_all(old.get(), static_cast<std::uint64_t>(status.st_size), name);
        if (bytes && bytes.value() != expected) written.displaced = Displaced{*std::move(bytes)};
      }
    }
  }
  if (fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) written.fingerprint = fingerprint_of(status);
  return written;
}

Result<Root::Written> Root::write(std::string_view path, std::string_view bytes, const std::optional<std::string>& expected,
                                  bool executable) const {
  auto parent = open_parent(path, true);
  if (!parent) return parent.error();
  const std::string name = name_of(path), temporary = temporary_name();
  const Descriptor file(openat(parent->get(), temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                               new_file_mode | (executable ? 0111U : 0U)));
  if (!file) return system_error(errno, "write", path);
  const Leftover leftover{parent->get(), temporary};
  struct stat present {};
  if (fstatat(parent->get(), name.c_str(), &present, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(present.st_mode)) {
    if (fchmod(file.get(), present.st_mode & permission_bits) != 0) return system_error(errno, "write", path);
  }
  if (auto done = write_all(file.get(), bytes, path); !done) return done.error();
  return exchange(parent->get(), temporary, name, expected);
}

Status Root::rename(std::string_view from, std::string_view to) const {
  auto source = open_parent(from, false);
  if (!source) return source.error();
  auto target = open_parent(to, true);
  if (!target) return target.error();
  if (renameat2(source->get(), name_of(from).c_str(), target->get(), name_of(to).c_str(), RENAME_NOREPLACE) != 0) {
    if (errno == EEXIST) return error(ErrorCode::conflict, std::string(to) + " is there already");
    return system_error(errno, "rename", from);
  }
  prune(from);
  return {};
}

Status Root::remove(std::string_view path) const {
  auto parent = open_parent(path, false);
  if (!parent) return {};
  if (unlinkat(parent->get(), name_of(path).c_str(), 0) != 0 && errno != ENOENT) return system_error(errno, "delete", path);
  prune(path);
  return {};
}

void Root::prune(std::string_view path) const {
  for (auto folder = parent_of(path); !folder.empty(); folder = parent_of(folder)) {
    auto above = open_parent(folder, false);
    if (!above || unlinkat(above->get(), name_of(folder).c_str(), AT_REMOVEDIR) != 0) break;
  }
}

}  // namespace tutti::mirror

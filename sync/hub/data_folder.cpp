#include "sync/hub/data_folder.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "sync/hub/entry/secret.hpp"

namespace tutti::hub {

namespace {

Error failed(const std::string& what) {
  return error(ErrorCode::io, what + ": " + std::strerror(errno));
}

Status make_folders(const std::string& path) {
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  std::error_code failure;
  if (!parent.empty()) std::filesystem::create_directories(parent, failure);
  if (failure) return error(ErrorCode::io, "making " + parent.string() + ": " + failure.message());
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return failed("making " + path);
}

std::string person_name() {
  const auto* entry = ::getpwuid(::geteuid());
  return entry == nullptr || entry->pw_name == nullptr ? "owner" : entry->pw_name;
}

std::string read_token_file(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (fd < 0) return {};
  std::array<char, 256> bytes{};
  const auto size = ::read(fd, bytes.data(), bytes.size());
  ::close(fd);
  std::string text(bytes.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

/// Beside it and renamed, so that a reader never sees half a token.
Status write_token_file(const std::string& path, const std::string& token) {
  const auto fresh = path + ".new";
  ::unlink(fresh.c_str());
  const int fd = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return failed("writing " + path);
  const auto line = token + "\n";
  const bool written = ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written || ::rename(fresh.c_str(), path.c_str()) != 0) return failed("writing " + path);
  return {};
}

/// The owner is the first user that the hub made.
Result<store::UserRow> owner(store::Store& store, store::UnixSeconds now) {
  const auto users = store.users();
  if (!users) return users.error();
  for (const auto& user : *users) {
    if (user.kind == wire::Kind::person && user.name == person_name()) return user;
  }
  const store::UserRow made{secret_id<ParticipantId>(), person_name(), wire::Kind::person, now};
  if (auto status = store.put_user(made); !status) return status.error();
  return made;
}

}  // namespace

Result<DataFolder> DataFolder::open(const std::string& path) {
  if (auto status = make_folders(path); !status) return status.error();
  struct stat info {};
  if (::stat(path.c_str(), &info) != 0) return failed("opening " + path);
  if (!S_ISDIR(info.st_mode)) return error(ErrorCode::denied, path + " is not a folder");
  if (info.st_uid != ::geteuid()) return error(ErrorCode::denied, path + " belongs to somebody else");
  if ((info.st_mode & 0022) != 0) return error(ErrorCode::denied, "others may write to " + path + ": chmod 700 it");
  return DataFolder(path);
}

DataFolder::DataFolder(DataFolder&& other) noexcept : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataFolder& DataFolder::operator=(DataFolder&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_, other.lock_);
  return *this;
}

DataFolder::~DataFolder() {
  if (lock_ >= 0) ::close(lock_);
}

Status DataFolder::lock() {
  lock_ = ::open(file("hub.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock_ < 0) return failed("opening " + file("hub.lock"));
  if (::flock(lock_, LOCK_EX | LOCK_NB) == 0) return {};
  if (errno != EWOULDBLOCK) return failed("locking " + file("hub.lock"));
  return error(ErrorCode::conflict, "another tutti-hub runs on " + path_);
}

Result<std::unique_ptr<store::SqliteStore>> DataFolder::open_store() const {
  return store::SqliteStore::open({file("hub.db")});
}

Status DataFolder::ensure_owner(store::Store& store, store::UnixSeconds now) const {
  const auto path = file("owner.token");
  const auto kept = read_token_file(path);
  if (token_kind(kept) == store::TokenKind::user) {
    const auto row = store.token(hash_token(kept), now);
    if (row) return {};
    if (row.error().code != ErrorCode::denied) return row.error();
  }
  const auto user = owner(store, now);
  if (!user) return user.error();
  const auto token = make_token(store::TokenKind::user);
  store::TokenRow row;
  row.hash = token.hash;
  row.id = secret_id<store::TokenId>();
  row.user = user->id;
  row.created_at = now;
  if (auto status = store.put_token(row); !status) return status;
  return write_token_file(path, token.text);
}

}  // namespace tutti::hub

#include "lsp-server/workspace/journal_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "lsp-server/mirror/private_file.hpp"
#include "lsp-server/mirror/root.hpp"

namespace tutti::workspace {
namespace {

constexpr net::Duration retry_after{2'000};
constexpr std::uint64_t growth = 1024 * 1024;  ///< beyond twice what it began with

std::string folder_of(const std::string& path) {
  return path.substr(0, path.rfind('/'));
}

Status write_all(int fd, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(fd, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return mirror::system_error(errno, "write", path);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

/// On the worker. An error of `fdatasync` is final: what is not on the disk may be forgotten by the system as well.
Status sync_file(const mirror::Descriptor& file, const std::string& path) {
  return ::fdatasync(file.get()) == 0 ? Status() : Status(mirror::system_error(errno, "write", path));
}

/// On the worker.
Status put_in_place(const mirror::Descriptor& file, const std::string& name, const std::string& path) {
  if (::fsync(file.get()) != 0 || ::rename(name.c_str(), path.c_str()) != 0) return mirror::system_error(errno, "write", path);
  const mirror::Descriptor folder(::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  return folder && ::fsync(folder.get()) == 0 ? Status() : Status(mirror::system_error(errno, "write", path));
}

}  // namespace

JournalFile::JournalFile(net::Loop& loop, std::string path, Calls calls)
    : loop_(loop), path_(std::move(path)), calls_(std::move(calls)), retry_(loop), worker_(loop, 1) {}

JournalFile::~JournalFile() = default;

void JournalFile::take(const peer::Journal& journal) {
  number_ = journal.number;
  if (journal.anew) {
    begin_anew(journal.bytes);
  } else if (!copies_.empty()) {
    append(journal.bytes);
  }
}

void JournalFile::begin_anew(std::string_view bytes) {
  retry_.stop();
  compacting_ = false;
  Copy copy;
  copy.name = path_ + ".new-" + std::to_string(++serial_);
  if (auto made = mirror::make_private_folder(folder_of(path_)); !made) return fail(made.error());
  copy.file = std::make_shared<mirror::Descriptor>(
      ::open(copy.name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!*copy.file) return fail(mirror::system_error(errno, "write", path_));
  if (auto written = write_all(copy.file->get(), bytes, path_); !written) {
    ::unlink(copy.name.c_str());
    return fail(written.error());
  }
  copy.size = copy.whole = bytes.size();
  copies_.push_back(copy);
  const auto sent =
      worker_.submit([file = copy.file, name = copy.name, path = path_] { return put_in_place(*file, name, path); },
                     [this, name = copy.name, number = number_, alive = std::weak_ptr<int>(alive_)](const Status& status) {
                       if (alive.expired()) return;
                       if (status) landed(name);
                       synced(status, number);
                     });
  if (!sent) fail(sent.error());
}

/// It has the name; the ones before it are no more.
void JournalFile::landed(const std::string& name) {
  while (!copies_.empty() && copies_.front().name != name) copies_.pop_front();
}

void JournalFile::append(std::string_view bytes) {
  for (Copy& copy : copies_) {
    if (auto written = write_all(copy.file->get(), bytes, path_); !written) {
      // What was written in part is taken back, so that the file reads as whole.
      static_cast<void>(::ftruncate(copy.file->get(), static_cast<off_t>(copy.size)));
      return fail(written.error());
    }
    copy.size += bytes.size();
  }
  sync_soon();
  const Copy& newest = copies_.back();
  if (newest.size <= 2 * newest.whole + growth || compacting_) return;
  compacting_ = true;
  loop_.defer([this, alive = std::weak_ptr<int>(alive_)] {
    if (!alive.expired() && compacting_) calls_.rewrite();
  });
}

/// At the end of the turn: all that one turn writes shares a sync.
void JournalFile::sync_soon() {
  if (std::exchange(due_, true) || syncing_) return;
  loop_.defer([this, alive = std::weak_ptr<int>(alive_)] {
    if (!alive.expired()) sync();
  });
}

void JournalFile::sync() {
  if (syncing_ || copies_.empty() || !std::exchange(due_, false)) return;
  syncing_ = true;
  const auto sent = worker_.submit([file = copies_.back().file, path = path_] { return sync_file(*file, path); },
                                   [this, number = number_, alive = std::weak_ptr<int>(alive_)](const Status& status) {
                                     if (alive.expired()) return;
                                     syncing_ = false;
                                     synced(status, number);
                                     sync();
                                   });
  if (sent) return;
  syncing_ = false;
  fail(sent.error());
}

void JournalFile::synced(const Status& status, std::uint64_t number) {
  if (!status) return fail(status.error());
  if (!copies_.empty()) calls_.safe(number);
}

void JournalFile::fail(const Error& why) {
  copies_.clear();
  due_ = false;
  retry_.once(retry_after, [this] { calls_.rewrite(); });
  loop_.defer([this, words = why.message, alive = std::weak_ptr<int>(alive_)] {
    if (!alive.expired()) calls_.trouble(words);
  });
}

}  // namespace tutti::workspace

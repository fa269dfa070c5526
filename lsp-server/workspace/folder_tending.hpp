#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "lsp-server/mirror/folder.hpp"
#include "lsp-server/workspace/link_file.hpp"
#include "sync/net/file_watch.hpp"
#include "sync/net/loop.hpp"

namespace tutti::workspace {

/// Gives a mirror::Folder what it lacks: the lock, the time, and news from the disk. While another process holds the folder's
/// lock there is no Folder here; the lock is tried again every second.
class FolderTending {
 public:
  struct Calls {
    std::function<void(mirror::NoticeLevel, const std::string&)> notice;
    std::function<void()> taken_over;  ///< `folder()` is there from now on
    std::function<void()> changed;     ///< `status()` may say something new
  };

  FolderTending(net::Loop& loop, std::string path, const LinkFile& link, mirror::FolderOptions options, bool accept_guarded,
                mirror::OpenMarks& marks, mirror::Replica& replica, Calls calls);
  ~FolderTending();

  void try_lock();
  [[nodiscard]] mirror::Folder* folder() { return folder_.get(); }
  [[nodiscard]] const mirror::Folder* folder() const { return folder_.get(); }
  /// Something was told to the folder: do what is due, soon. What others type is gathered for a moment.
  void attend(net::Duration within = net::Duration(0));

 private:
  void take_over(mirror::FolderLock lock);
  void work();
  void watch(const std::string& folder);
  void news(const std::string& folder, std::string_view name);

  net::Loop& loop_;
  std::string path_;
  SessionId session_;
  mirror::FolderOptions options_;
  bool accept_guarded_;
  mirror::OpenMarks& marks_;
  mirror::Replica& replica_;
  Calls calls_;
  net::Timer lock_timer_, work_timer_, sweep_timer_;
  std::optional<Instant> work_at_;
  std::unique_ptr<net::DirectoryWatch> watch_;
  std::optional<mirror::FolderLock> lock_;
  std::unique_ptr<mirror::Folder> folder_;
  bool blind_ = false;  ///< the system gives no more watches: look often instead
};

}  // namespace tutti::workspace

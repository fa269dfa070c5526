#include "lsp-server/workspace/folder_tending.hpp"

#include <unistd.h>

#include <algorithm>

#include "lsp-server/mirror/private_file.hpp"

namespace tutti::workspace {
namespace {

constexpr net::Duration lock_retry{1'000};
constexpr net::Duration disk_settles{40};  ///< programs save in several steps
constexpr net::Duration sweep_every{30'000};
constexpr net::Duration sweep_blind{3'000};

}  // namespace

FolderTending::FolderTending(net::Loop& loop, std::string path, const LinkFile& link, mirror::FolderOptions options,
                             bool accept_guarded, mirror::OpenMarks& marks, mirror::Replica& replica, Calls calls)
    : loop_(loop),
      path_(std::move(path)),
      session_(link.session),
      options_(options),
      accept_guarded_(accept_guarded),
      marks_(marks),
      replica_(replica),
      calls_(std::move(calls)),
      lock_timer_(loop),
      work_timer_(loop),
      sweep_timer_(loop) {}

FolderTending::~FolderTending() {
  if (folder_) folder_->record();
}

void FolderTending::try_lock() {
  auto lock = mirror::FolderLock::take(path_ + "/.tutti/lock");
  if (!lock) {
    calls_.notice(mirror::NoticeLevel::error, lock.error().message + ".");
  } else if (lock.value()) {
    return take_over(std::move(*lock.value()));
  }
  lock_timer_.once(lock_retry, [this] { try_lock(); });
}

void FolderTending::take_over(mirror::FolderLock lock) {
  auto root = mirror::Root::open(path_);
  if (!root) return calls_.notice(mirror::NoticeLevel::error, root.error().message + ".");
  lock_ = std::move(lock);
  watch_ = std::make_unique<net::DirectoryWatch>(
      loop_, [this](const std::string& folder, std::string_view name) { news(folder, name); });
  const std::string home = path_ + "/.tutti";
  folder_ = std::make_unique<mirror::Folder>(*std::move(root), mirror::Index::load(home, session_),
                                             mirror::Consent(home, accept_guarded_), marks_, replica_, options_,
                                             mirror::FolderCalls{calls_.notice, [this](const std::string& f) { watch(f); }});
  static_cast<void>(watch_->add(home));
  sweep_timer_.every(sweep_every, [this] {
    folder_->look_at_everything();
    attend();
  });
  calls_.taken_over();
}

void FolderTending::watch(const std::string& folder) {
  const std::string whole = folder.empty() ? path_ : path_ + "/" + folder;
  if (watch_->watches(whole) || access(whole.c_str(), F_OK) != 0) return;
  if (watch_->add(whole) || blind_) return;
  blind_ = true;
  calls_.notice(mirror::NoticeLevel::warning,
                "The system watches no more folders; changes on the disk are noticed a little later.");
  sweep_timer_.every(sweep_blind, [this] {
    folder_->look_at_everything();
    attend();
  });
}

void FolderTending::news(const std::string& folder, std::string_view name) {
  const std::string relative = folder.size() > path_.size() ? folder.substr(path_.size() + 1) : std::string();
  if (relative != ".tutti") {
    folder_->disk_changed(relative, name);
  } else if (name == "accepted") {
    folder_->consent_changed();
  } else if (name == "deletions") {
    const auto word = mirror::read_private(path_ + "/.tutti/deletions");
    if (word) folder_->confirm_deletions(word->starts_with("delete"));
    unlink((path_ + "/.tutti/deletions").c_str());
  } else {
    return;
  }
  attend(disk_settles);
}

void FolderTending::attend(net::Duration within) {
  if (!folder_) return;
  const Instant at = loop_.now() + within.count();
  if (work_at_ && *work_at_ <= at) return;
  work_at_ = at;
  work_timer_.once(within, [this] { work(); });
}

void FolderTending::work() {
  work_at_.reset();
  const auto next = folder_->work(loop_.now());
  if (next) attend(net::Duration(std::max<std::int64_t>(0, *next - loop_.now())));
  calls_.changed();
}

}  // namespace tutti::workspace

#include "sync/net/file_watch.hpp"

#include <uv.h>

#include <unordered_map>
#include <utility>

namespace tutti::net {

/// One per directory; freed by libuv's close callback, so it can outlive the DirectoryWatch by a turn.
struct Watched {
  uv_fs_event_t handle{};
  std::string directory;
  std::weak_ptr<const DirectoryWatch::OnChange> on_change;
};

struct DirectoryWatch::State {
  State(Loop& l, OnChange change, std::size_t most)
      : loop(l), on_change(std::make_shared<const OnChange>(std::move(change))), limit(most) {}

  Loop& loop;
  std::shared_ptr<const OnChange> on_change;
  std::size_t limit;
  std::unordered_map<std::string, Watched*> watched;
};

namespace {

void close_watched(Watched* watched) {
  watched->on_change.reset();
  uv_close(reinterpret_cast<uv_handle_t*>(&watched->handle),
           [](uv_handle_t* handle) { delete static_cast<Watched*>(handle->data); });
}

// libuv reports an event of the directory itself under the directory's own name; an entry of that name looks the same, and
// an empty name, which makes the owner look at everything, is right for both.
std::string_view entry_name(std::string_view directory, const char* name) {
  if (name == nullptr) return {};
  const std::string_view own = directory.substr(directory.find_last_of('/') + 1);
  return own == name ? std::string_view() : std::string_view(name);
}

void changed(uv_fs_event_t* handle, const char* name, int, int status) {
  const auto* watched = static_cast<const Watched*>(handle->data);
  const auto on_change = watched->on_change.lock();  // the callback may remove this watch, or all
  if (!on_change || !*on_change) return;
  const std::string directory = watched->directory;
  const std::string entry(status == 0 ? entry_name(directory, name) : std::string_view());
  (*on_change)(directory, entry);
}

Error watch_error(int code, const std::string& directory) {
  if (code == UV_ENOSPC || code == UV_EMFILE) return error(ErrorCode::limit, "the system allows no more watched directories");
  if (code == UV_ENOENT || code == UV_ENOTDIR) return error(ErrorCode::not_found, "no such directory: " + directory);
  return error(ErrorCode::io, "cannot watch " + directory + ": " + uv_strerror(code));
}

}  // namespace

DirectoryWatch::DirectoryWatch(Loop& loop, OnChange on_change, std::size_t limit)
    : state_(std::make_shared<State>(loop, std::move(on_change), limit)) {}

DirectoryWatch::~DirectoryWatch() {
  for (const auto& [directory, watched] : state_->watched) close_watched(watched);
}

Status DirectoryWatch::add(const std::string& directory) {
  if (watches(directory)) return {};
  if (size() >= state_->limit) return error(ErrorCode::limit, "too many watched directories");
  auto* watched = new Watched;
  uv_fs_event_init(state_->loop.raw(), &watched->handle);
  watched->handle.data = watched;
  watched->directory = directory;
  watched->on_change = state_->on_change;
  if (const int code = uv_fs_event_start(&watched->handle, changed, directory.c_str(), 0); code != 0) {
    close_watched(watched);
    return watch_error(code, directory);
  }
  state_->watched.emplace(directory, watched);
  return {};
}

void DirectoryWatch::remove(const std::string& directory) {
  const auto found = state_->watched.find(directory);
  if (found == state_->watched.end()) return;
  close_watched(found->second);
  state_->watched.erase(found);
}

bool DirectoryWatch::watches(const std::string& directory) const {
  return state_->watched.contains(directory);
}

std::size_t DirectoryWatch::size() const {
  return state_->watched.size();
}

}  // namespace tutti::net

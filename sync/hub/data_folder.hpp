#pragma once

#include <memory>
#include <string>

#include "sync/store/sqlite/sqlite_store.hpp"

/// The folder that a hub keeps everything in.
///
///   hub.db, hub.db-wal, hub.db-shm   the store
///   hub.lock                         held by the hub that runs on it
///   owner.token                      0600: the user token of the person whose machine it is
///
/// The folder is 0700. The lock keeps a second hub away; commands such as `user add` work beside a running hub.
namespace tutti::hub {

class DataFolder {
 public:
  /// Makes the folder if need be. `denied` when others may write to it or it cannot be used.
  static Result<DataFolder> open(const std::string& path);
  DataFolder(DataFolder&& other) noexcept;
  DataFolder& operator=(DataFolder&& other) noexcept;
  ~DataFolder();

  /// `conflict` when another hub runs here. Held until the process ends.
  Status lock();
  [[nodiscard]] Result<std::unique_ptr<store::SqliteStore>> open_store() const;
  /// Sees to it that `owner.token` holds a token that is valid: makes the owner and the token at the first start, and a new
  /// token when the file was lost or its token revoked.
  Status ensure_owner(store::Store& store, store::UnixSeconds now) const;

  [[nodiscard]] std::string file(const char* name) const { return path_ + "/" + name; }

 private:
  explicit DataFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
  int lock_ = -1;
};

}  // namespace tutti::hub

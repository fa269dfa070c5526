#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lsp-server/mirror/descriptor.hpp"
#include "protocol/base/result.hpp"

/// The one way to the files of a linked folder. Every call resolves its path beneath the root's descriptor without following a
/// symlink, in the kernel (openat2) or, where that is missing, component by component with O_NOFOLLOW. So a symlink that is put
/// in the way between a check and an open leads nowhere: there is no check, only the open.
///
///   write:   parents ─▶ temporary file in the same folder ─▶ exchanged with what is there ─▶ what was there is compared
///                                                            (or put there if nothing is)     and handed back if unexpected
namespace tutti::mirror {

/// Tells whether a file may have changed without reading it.
struct Fingerprint {
  std::uint64_t inode = 0;
  std::uint64_t size = 0;
  std::int64_t modified_ns = 0;
  std::int64_t changed_ns = 0;  ///< ctime: moves even when a program puts mtime back
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

enum class EntryKind { file, folder, other };  ///< other: symlinks, devices, pipes, sockets

struct Entry {
  std::string name;
  EntryKind kind = EntryKind::other;
  Fingerprint fingerprint;
};

struct FileBytes {
  std::string bytes;  ///< empty when `too_large`
  Fingerprint fingerprint;
  bool executable = false;
  bool too_large = false;
};

/// What a write found in the place, when it was not what the caller expected: another program wrote at the same moment.
struct Displaced {
  std::string bytes;
};

class Root {
 public:
  static constexpr std::string_view temporary_prefix = ".tutti-write-";

  [[nodiscard]] static Result<Root> open(const std::string& folder);
  /// A root that never uses openat2; for tests of the fallback.
  [[nodiscard]] static Result<Root> open_without_openat2(const std::string& folder);

  [[nodiscard]] const std::string& folder() const { return folder_; }
  /// The folder is still where it was.
  [[nodiscard]] bool exists() const;

  /// Nullopt: nothing there. `invalid`: not a regular file, or a symlink stands in the path.
  [[nodiscard]] Result<std::optional<FileBytes>> read(std::string_view path, std::uint64_t limit) const;
  /// Nullopt: nothing there (also when a component of the path is not a folder). Does not follow the last component.
  [[nodiscard]] std::optional<Entry> look(std::string_view path) const;
  /// Whether real folders lead to `path`, as far as they are there; `invalid` where a symlink or a file stands in its way.
  [[nodiscard]] Status leads_to(std::string_view path) const;
  /// Entries of a folder ("" is the root), at most `limit`; `limit` beyond.
  [[nodiscard]] Result<std::vector<Entry>> list(std::string_view folder, std::size_t limit) const;

  struct Written {
    Fingerprint fingerprint;
    std::optional<Displaced> displaced;
  };
  /// Makes parents as needed. `expected` is what is believed to be there (nullopt: nothing); the mode of a present file is
  /// kept. `executable` counts for a new file only. `io` names the system's reason, `limit` a full disk.
  [[nodiscard]] Result<Written> write(std::string_view path, std::string_view bytes, const std::optional<std::string>& expected,
                                      bool executable) const;
  /// Never replaces anything: `conflict` if `to` is taken.
  [[nodiscard]] Status rename(std::string_view from, std::string_view to) const;
  /// Also removes parents that became empty, up to the root. Nothing there is fine.
  [[nodiscard]] Status remove(std::string_view path) const;

 private:
  Root(std::string folder, Descriptor descriptor, bool openat2)
      : folder_(std::move(folder)), root_(std::move(descriptor)), openat2_(openat2) {}

  [[nodiscard]] Result<Descriptor> open_beneath(std::string_view path, int flags) const;
  [[nodiscard]] Result<Descriptor> open_parent(std::string_view path, bool make) const;
  /// Removes the folders above `path` that are empty now.
  void prune(std::string_view path) const;
  [[nodiscard]] Result<Written> exchange(int parent, const std::string& temporary, const std::string& name,
                                         const std::optional<std::string>& expected) const;

  std::string folder_;
  Descriptor root_;
  bool openat2_ = true;
};

/// "No space left on the disk" and the like, with the path named.
[[nodiscard]] Error system_error(int code, std::string_view doing, std::string_view path);

}  // namespace tutti::mirror

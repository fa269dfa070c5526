#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lsp-server/mirror/locks.hpp"
#include "lsp-server/workspace/link_file.hpp"
#include "sync/peer/journal/replay.hpp"

/// Which journal a process goes on with. Every process of a folder keeps its own, since each is a replica of its own:
/// `.tutti/journal/<kind>-<n>`, held by a lock beside it. What a dead process left is taken by the next one of its kind.
namespace tutti::workspace {

struct Seat {
  std::string file;
  mirror::FolderLock lock;
};

/// A journal that somebody left, or a new one. `kind`: "editor" or "folder".
[[nodiscard]] Result<Seat> take_seat(const std::string& home, const std::string& kind);
/// Journals that nobody holds, of any kind.
[[nodiscard]] std::vector<Seat> take_left(const std::string& home);
/// It is over: nothing in it is of use any more.
void clear_seat(const Seat& seat);

struct Found {
  std::optional<peer::journal::Image> image;
  std::string words;  ///< for the person: what is wrong with it, and where it is kept; empty when all is well
};
/// Reads the seat's journal. One that is damaged is kept aside; what is whole of it is in the image.
[[nodiscard]] Found read_journal(const Seat& seat, const LinkFile& link);
[[nodiscard]] peer::journal::Owner owner_of(const LinkFile& link);

}  // namespace tutti::workspace

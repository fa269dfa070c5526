#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "lsp-server/mirror/descriptor.hpp"
#include "protocol/base/result.hpp"
#include "sync/net/loop.hpp"
#include "sync/net/pool.hpp"
#include "sync/peer/peer.hpp"

/// A peer's journal on the disk.
///
///   take(bytes) ──write──▶ the file (at once: a process that is killed loses nothing)
///                └─worker─▶ fdatasync ──▶ `safe` (a machine that loses power loses nothing either)
///   take(anew)  ──write──▶ another file ─worker─▶ fsync, rename over the first, fsync of the folder ──▶ `safe`
///
/// While another file is on its way to the name, what comes is written to both. One sync is under way at a time; what is
/// written meanwhile shares the next, so typing never waits for the disk. After an error nothing more is appended: from time
/// to time all of it is asked for anew.
namespace tutti::workspace {

class JournalFile {
 public:
  struct Calls {
    std::function<void(std::uint64_t number)> safe;       ///< never from inside `take`
    std::function<void(const std::string& why)> trouble;  ///< likewise
    std::function<void()> rewrite;                        ///< give `take` the whole journal; likewise
  };

  JournalFile(net::Loop& loop, std::string path, Calls calls);
  ~JournalFile();  ///< waits for what is on its way to the disk
  JournalFile(const JournalFile&) = delete;
  JournalFile& operator=(const JournalFile&) = delete;

  void take(const peer::Journal& journal);

 private:
  struct Copy {
    std::string name;
    std::shared_ptr<mirror::Descriptor> file;
    std::uint64_t size = 0;
    std::uint64_t whole = 0;  ///< of what it began with
  };
  void begin_anew(std::string_view bytes);
  void append(std::string_view bytes);
  void sync_soon();
  void sync();
  void landed(const std::string& name);
  void synced(const Status& status, std::uint64_t number);
  void fail(const Error& why);

  net::Loop& loop_;
  std::string path_;
  Calls calls_;
  net::Timer retry_;
  std::deque<Copy> copies_;  ///< the newest, which will have the name, is the last
  std::uint64_t number_ = 0;
  unsigned serial_ = 0;
  bool syncing_ = false, due_ = false, compacting_ = false;
  std::shared_ptr<int> alive_ = std::make_shared<int>();
  net::WorkerPool worker_;  ///< ends first: its jobs own what they use
};

}  // namespace tutti::workspace

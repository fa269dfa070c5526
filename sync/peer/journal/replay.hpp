#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sync/merge/document.hpp"
#include "sync/peer/journal/record.hpp"

// What a participant knew when it ended, made from its journal.
namespace tutti::peer::journal {

struct Asked {
  std::uint64_t id = 0;
  Request request;
  std::optional<RequestId> number;       ///< under which it was sent; noted of renames only
  std::vector<merge::Revival> revivals;  ///< what it brings back
};

struct Image {
  Head head;  ///< without an owner and a key where it is damaged
  std::map<DocumentId, FileLine> files;
  std::map<DocumentId, FileLine> deleted;  ///< by us, which the hub has to hear
  std::map<DocumentId, std::unique_ptr<merge::Document>> texts;
  std::deque<Asked> asked;                            ///< the texts hold all edits among them
  std::deque<Asked> stranded;                         ///< edits of texts that are not here; the hub has what they follow on
  std::map<DocumentId, text::Snapshot> editor, disk;  ///< what they hold for certain
  std::map<DocumentId, std::string> lost;  ///< words of ours whose place is not known, since what they follow on is damaged
  std::map<DocumentId, Seq> used;          ///< of texts that are not here: `TextGone::used`
  bool given_up = false;                   ///< the head's replica
  std::uint64_t next = 1;                  ///< number of the next request

  std::uint64_t lost_bytes = 0;
  bool torn = false;
  [[nodiscard]] bool damaged() const { return lost_bytes > 0 || !lost.empty(); }
};

/// Untrusted bytes. `corrupt`: nothing in it can be used; `version`: another release wrote it.
[[nodiscard]] Result<Image> replay(std::string_view file);

}  // namespace tutti::peer::journal

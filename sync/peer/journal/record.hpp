#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/strong.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/merge/past/revival.hpp"
#include "sync/peer/outbox.hpp"

// What stands in a journal. A journal is read from its beginning; each record says what became so behind the ones before it.
namespace tutti::peer::journal {

/// Whose folder it is.
struct Owner {
  SessionId session;
  ParticipantId participant;
  std::string hub;
  friend bool operator==(const Owner&, const Owner&) = default;
};

/// The first record, and the only one of its kind: who wrote what follows. Another replica begins another journal.
struct Head {
  Owner owner;
  ReplicaId replica;
  std::string key;               ///< the hub's proof that the replica is ours
  std::vector<ReplicaId> own;    ///< all that this participant has written as, the present one last
  std::uint64_t next = 1;        ///< number of the next `Ask`
  std::uint64_t characters = 0;  ///< that the hub allows in one text
};
/// A file of the session, as it is from here on.
struct FileLine {
  DocumentId document;
  std::string path;  ///< as it is shown here
  std::string hub_path;
  wire::Traits traits;
  bool on_hub = false;
  std::optional<merge::EventName> spent;  ///< `Repair::spent`: from this event of ours on, others may stand under our names
};
struct FileGone {
  DocumentId document;
};
/// A whole text with its history, as `merge::Document::encode` writes it, or nothing: it is made by what follows. Changes of it
/// that come later are recorded.
struct Text {
  DocumentId document;
  std::string bytes;
};
/// Changes of the text are not recorded any more; what was known of it is too old to be of use.
struct TextGone {
  DocumentId document;
  Seq used;  ///< all events of the head's replica before this one are made, and the hub called them safe
};
/// A change that is not to be sent: somebody else's, or one of ours that is to be made again.
struct Foreign {
  DocumentId document;
  merge::Change change;
};
/// Something of ours that the hub has to make safe. Its number is given out once.
struct Ask {
  std::uint64_t id = 0;
  Request request;
  bool typed = false;  ///< an edit that came from the editor, which so has it
};
/// It was sent under this number, and must not be sent again once the hub has handled that.
struct Sent {
  std::uint64_t id = 0;
  RequestId number;
};
/// What this edit brings back.
struct Revives {
  std::uint64_t id = 0;
  std::vector<merge::Revival> revivals;
};
/// These are safe, refused or replaced: runs of numbers, each with its length.
struct Done {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> runs;
};
/// At this moment the text, as it stands in the journal, was all in the editor, or on the disk.
struct Mark {
  enum class Where : std::uint8_t { editor = 0, disk = 1 };
  DocumentId document;
  Where where = Where::editor;
};

/// The disk holds this text, which is not the present one.
struct DiskText {
  DocumentId document;
  std::string text;
};

/// Nothing is to be written as this replica any more: others may know names of it that stand in no text of this journal.
struct GivenUp {};

using Record =
    std::variant<Head, FileLine, FileGone, Text, TextGone, Foreign, Ask, Sent, Done, Mark, DiskText, Revives, GivenUp>;

/// Appends the record, framed.
void put(std::string& out, const Record& record);
/// Untrusted bytes: the body of a frame. Memory is bounded by 16 times the input.
[[nodiscard]] Result<Record> read(std::string_view body);

}  // namespace tutti::peer::journal

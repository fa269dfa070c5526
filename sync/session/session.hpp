#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/base/bucket.hpp"
#include "protocol/base/result.hpp"
#include "protocol/base/strong.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/exchange/stamp.hpp"
#include "sync/record/record.hpp"

// The hub's side of one live session, as a state machine without I/O.
namespace tutti::session {

using ConnectionId = Strong<struct ConnectionTag, std::uint64_t>;

/// Who is behind a connection, as the hub's records say at the moment of the connection.
struct Member {
  ParticipantId participant;
  std::string name;
  wire::Kind kind = wire::Kind::person;
  wire::Role role = wire::Role::viewer;
};

// ---- events
// -------------------------------------------------------------------------------------------------------------------

/// A connection whose token the hub has checked. `hello` is its first frame.
struct Connected {
  ConnectionId connection;
  Member member;
  wire::Hello hello;
};
struct FrameReceived {
  ConnectionId connection;
  std::string_view frame;  ///< text; valid during the step only
};
struct Disconnected {
  ConnectionId connection;
};
/// The store has committed every fact up to `position`.
struct Committed {
  Position position;
};
/// The store refuses or is gone; facts keep queueing until the hub's bound. `why` is shown to everybody.
struct StoreTrouble {
  std::string why;
};
struct StoreHealed {};
/// Replica ids below `end` are safe to issue: the store has the reservation.
struct ReplicasReserved {
  std::uint32_t end = 0;
};
struct RoleChanged {
  ParticipantId participant;
  wire::Role role;
};
struct ParticipantRemoved {
  ParticipantId participant;
};
/// What became of `Compact`.
struct Compacted {
  DocumentId document;
  std::size_t bytes = 0;  ///< of the snapshot that the store has now; 0: it failed
};
/// Where this hub and those that would take its place are reached.
struct HubsKnown {
  std::vector<std::string> urls;
};
struct Tick {};

using Event = std::variant<Connected, FrameReceived, Disconnected, Committed, StoreTrouble, StoreHealed, ReplicasReserved,
                           RoleChanged, ParticipantRemoved, Compacted, HubsKnown, Tick>;

// ---- effects
// ------------------------------------------------------------------------------------------------------------------

using Buffer = std::shared_ptr<const std::string>;

/// What may be thrown away first when a reader is slow.
enum class Urgency { control, edit, presence };

struct Send {
  std::vector<ConnectionId> to;  ///< one shared buffer for all of them
  Buffer frame;
  bool binary = false;
  Urgency urgency = Urgency::control;
};
/// Close after what was sent before. Codes: RFC 6455 and the 44xx of docs/PROTOCOL.md.
struct Close {
  ConnectionId connection;
  std::uint16_t code = 1000;
  std::string reason;
};
/// Keep this, in this order.
struct Append {
  record::Fact fact;
};
/// Ask the store to reserve replica ids up to `end`; answered by `ReplicasReserved`.
struct ReserveReplicas {
  std::uint32_t end = 0;
};
/// Put what is kept of a document up to this position into one snapshot; answered by `Compacted`.
struct Compact {
  DocumentId document;
  Position upto;
};
/// The participant left for good or its last connection ended; the hub records it.
struct ParticipantGone {
  ParticipantId participant;
  bool for_good = false;
};

using Effect = std::variant<Send, Close, Append, ReserveReplicas, Compact, ParticipantGone>;
using Effects = std::vector<Effect>;

/// What one author may do; docs/decisions/0006-rates.md has the reasons for the figures.
struct AuthorRates {
  Rate edits;     ///< of files that are there; renames and deletions too
  Rate inserted;  ///< bytes of text by these
  Rate uploads;   ///< new files, and the first edits of each by its creator
  Rate uploaded;  ///< bytes of text by these
  Rate work;      ///< steps of merging (`merge::Document::work`)
};

inline constexpr double mebibyte = 1024 * 1024;

struct Limits {
  AuthorRates person{
      {100, 10'000}, {mebibyte, 8 * mebibyte}, {2'000, 20'000}, {8 * mebibyte, 128 * mebibyte}, {500'000, 20'000'000}};
  AuthorRates agent{{20, 100}, {mebibyte / 4, mebibyte}, {200, 2'000}, {mebibyte, 8 * mebibyte}, {100'000, 4'000'000}};
  Rate requests{4'000, 40'000};               ///< of all authors together
  Rate bytes{16 * mebibyte, 256 * mebibyte};  ///< of text, likewise
  Rate messages{4'000, 20'000};               ///< of one connection; twice the burst in debt, it is closed
  std::uint32_t upload_edits = 256;           ///< of a new file by its creator are `uploads`; one edit has at most 128 KiB
  std::size_t members = 200;                  ///< participants with a live connection
  std::size_t connections = 16;               ///< of one participant
  std::size_t documents = 10'000;             ///< live files
  std::size_t documents_ever = 65'536;        ///< deleted ones too: their histories stay
  std::size_t path_bytes = 8 * 1024 * 1024;   ///< of all live files together, so that a welcome fits a frame
  std::size_t frame_bytes = 1024 * 1024;
  std::uint64_t document_chars = 16 * 1024 * 1024;
  std::size_t heads = 2'048;              ///< of a document: an edit names all of them as parents, and may name 4,096
  std::uint32_t fetches = 16;             ///< unanswered by one connection
  std::uint32_t fetch_edits = 64;         ///< a fetch that lacks more changes than this is answered in bulk
  std::uint64_t text_tail_events = 2048;  ///< at least so many come as events behind a text without its history
  std::int64_t fetch_burst_bytes = 16 * 1024 * 1024;  ///< sent to one connection at once; beyond it fetches wait for a `Tick`
  std::int64_t fetch_bytes_per_ms = 32 * 1024;
  std::size_t cached_bytes = 64 * 1024 * 1024;  ///< encoded documents kept for the next fetch
  std::size_t compact_bytes = 1024 * 1024;      ///< of changes beside a snapshot, or half the snapshot if that is more
  std::size_t queued_facts = 65'536;  ///< ordered and not yet durable; beyond any of the three, requests wait (`slow_down`)
  std::size_t queued_bytes = 64 * 1024 * 1024;
  std::int64_t queued_ms = 60'000;
  std::uint32_t retry_ms = 1000;         ///< the least that `slow_down` says for haste
  std::uint32_t prepare_ms = 20;         ///< what it says to one who is far behind, while the merge is made ready for him,
  std::uint64_t prepare_steps = 20'000;  ///< so much of it at a time
  std::uint32_t fold_events = 65'536;    ///< older than the newest `text_tail_events` and not packed; then they are,
  std::uint64_t fold_steps = 10'000;     ///< so much of it at a `Tick`
  std::size_t handed_back_bytes = 16 * 1024 * 1024;  ///< of edits that were handed back and wait to be taken
  std::uint32_t remembered_refusals = 32;            ///< of one replica, so that a resend is refused in the same words
  std::uint32_t replica_block = 1024;                ///< ids reserved at a time
  std::int64_t check_interval_ms = 250;              ///< between two `TextCheck`s, while the session does not come to rest
  std::uint32_t cursor_interval_ms = 50;
  std::uint32_t agent_cursor_interval_ms = 200;
};

struct Config {
  exchange::StampKey key{};
  std::uint64_t seed = 0;  ///< for the incarnation's name only
  Limits limits;
};

/// One owner, one thread: the hub's loop. `step` never fails: a peer's mistake becomes an error frame, a reject or a close.
class Session {
 public:
  /// `corrupt` when the image does not hold together: a session that fails to load is an error, never an empty session.
  [[nodiscard]] static Result<Session> load(record::SessionImage image, Config config);
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;
  ~Session();

  /// Appends to `effects`, which the caller owns and reuses.
  void step(const Event& event, Instant now, Effects& effects);

  [[nodiscard]] SessionId id() const;
  [[nodiscard]] std::size_t connections() const;
  [[nodiscard]] bool all_durable() const;
  /// Everybody with a live connection.
  [[nodiscard]] std::vector<wire::Participant> participants() const;
  [[nodiscard]] std::vector<wire::DocumentInfo> documents() const;
  /// Text of a document now; `not_found`.
  [[nodiscard]] Result<std::string> text(DocumentId document) const;

 private:
  struct State;
  explicit Session(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tutti::session

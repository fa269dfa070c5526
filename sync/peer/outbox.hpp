#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "protocol/base/strong.hpp"
#include "protocol/wire/hub.hpp"
#include "sync/merge/past/revival.hpp"

// What this participant did and the hub has not yet made safe, oldest first.
namespace tutti::peer {

using Request = std::variant<wire::FileCreate, wire::FileEdit, wire::FileRename, wire::FileDelete>;

[[nodiscard]] DocumentId document_of(const Request& request);
/// What an edit inserts; empty for anything else.
[[nodiscard]] std::string words_of(const Request& request);

/// A request's life: queued → sent (has a number) → received (has a position) → durable (gone from here). After a cut or a
/// hub's crash it goes back as far as the hub's `welcome` says; numbers belong to what was sent, and are given out anew for
/// what the hub never took. What it took and did not answer is sent again under its number, for the answer's sake.
///
///   [ received by a former replica … | received … | sent … | queued … ]
class Outbox {
 public:
  struct Entry {
    std::uint64_t id = 0;  ///< in the journal; given out once
    Request request;
    std::size_t bytes = 0;                 ///< of the frame, roughly
    std::optional<RequestId> number;       ///< once sent; 0: a former replica's
    std::optional<Position> received;      ///< once ordered by the hub
    bool spoilt = false;                   ///< on its way, but not to be sent again; only its answer counts
    bool again = false;                    ///< taken, its answer lost: to be sent again under its number
    bool repeated = false;                 ///< sent so: the answer is older than what the welcome said of the file
    std::string words;                     ///< what the person wrote with it, should it be refused
    std::vector<merge::Revival> revivals;  ///< what an edit brings back
    bool typed = false;                    ///< an edit that the editor has already
    bool went_out = false;                 ///< once at least, perhaps by a former process: others may know its names
    /// A former process sent it under this number. It does not do so twice what somebody may have undone since.
    std::optional<RequestId> noted;
  };

  /// `words`: what was written, where the edit itself does not say it whole.
  void push(Request request, std::string words = {}, bool typed = false, std::vector<merge::Revival> revivals = {});
  /// What a former process left. Its number in the journal is older than those to come.
  void restore(std::uint64_t id, Request request, std::optional<RequestId> noted, std::vector<merge::Revival> revivals = {});
  void begin_ids(std::uint64_t next) { next_id_ = next; }
  /// A former process sent these, and the hub has handled them.
  void drop_noted(RequestId handled);
  /// The hub has the files of these creations, which so are ordered at the latest at `newest`.
  void note_created(const std::function<bool(DocumentId)>& lists, Position newest);
  /// What left the queue since the last call.
  [[nodiscard]] std::vector<std::pair<std::uint64_t, DocumentId>> take_gone() { return std::exchange(gone_, {}); }
  [[nodiscard]] std::uint64_t next_id() const { return next_id_; }
  /// Calls `visit` for each whose id is at least `first`, oldest first, save those that are not to be sent again.
  void each_from(std::uint64_t first, const std::function<void(const Entry&)>& visit) const;

  /// The same, before everything that is still to be sent.
  void push_first(Request request);

  struct Outgoing {
    std::string frame;
    const Entry& entry;  ///< until the next call
  };
  /// The next one to send, with its number set; nullopt when nothing is queued or `window` bytes are on their way already.
  [[nodiscard]] std::optional<Outgoing> next_frame(std::size_t window);

  /// Calls `visit` for each entry up to `number` that was not known to be ordered.
  void each_ordered(RequestId number, const std::function<void(const Entry&)>& visit) const;
  /// The hub has ordered everything up to `number`; it is safe at `position`.
  void received(RequestId number, Position position);
  /// Forgets what is safe; true if there was something.
  bool durable(Position position);
  /// The request that was refused, out of the queue.
  [[nodiscard]] std::optional<Entry> take(RequestId number);
  /// What the hub took ends at `last`; all after it is queued again.
  void rewind(RequestId last);
  /// The same on a new connection: what is known to be ordered is safe at `newest`, and what was not answered is asked again.
  void reconnect(RequestId last, Position newest);
  /// The newest request that the hub is known to have handled.
  [[nodiscard]] RequestId last_ordered() const { return last_ordered_; }
  /// The hub knows nothing of the old replica: nothing was ever sent.
  void forget_numbers();
  /// Numbers begin anew under another replica. What was ordered under the old one waits to be durable.
  void begin_numbers();
  /// After a hub's crash: what a former replica did, and `holds` denies, is queued again, and its edits are taken out, since
  /// their names are not ours any more. Returns the edits' documents.
  [[nodiscard]] std::vector<DocumentId> recall_former(const std::function<bool(const Request&)>& holds);

  /// The document's edits will be made again under other names: those that wait are dropped, those on their way are spoilt.
  /// Returns what of all of them outlives that.
  struct Spoilt {
    std::string words;
    std::vector<merge::Revival> revivals;
  };
  Spoilt spoil_edits(DocumentId document);
  void drop_all(DocumentId document);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t count(DocumentId document) const;
  /// Others may know names of edits of the document that are not safe.
  [[nodiscard]] bool has_names_out(DocumentId document) const;
  /// A request of kind `R` for the document that the hub has not ordered yet.
  template <class R>
  [[nodiscard]] bool unordered(DocumentId document) const {
    for (const Entry& entry : entries_) {
      if (!entry.received && std::holds_alternative<R>(entry.request) && document_of(entry.request) == document) return true;
    }
    return false;
  }
  /// A request of kind `R` for the document that is still to be sent.
  template <class R>
  [[nodiscard]] bool unsent(DocumentId document, const std::function<bool(const R&)>& which) const {
    for (const Entry& entry : entries_) {
      const auto* request = std::get_if<R>(&entry.request);
      if (request != nullptr && !entry.number && request->document == document && which(*request)) return true;
    }
    return false;
  }
  /// Something was sent and is not answered.
  [[nodiscard]] bool waits_for_answers() const;
  /// Calls `visit` for each edit that the hub has not ordered and is still to be told of, oldest first.
  void each_unordered_edit(const std::function<void(const wire::FileEdit&)>& visit) const;
  /// Documents with edits that the hub has not ordered.
  [[nodiscard]] std::vector<DocumentId> edited() const;

 private:
  static void queue_again(Entry& entry);
  void add(Entry entry);
  void leaves(const Entry& entry);
  void remove_if(const std::function<bool(const Entry&)>& which);

  std::deque<Entry> entries_;
  std::unordered_map<DocumentId, std::size_t> counts_;
  std::vector<std::pair<std::uint64_t, DocumentId>> gone_;
  std::uint64_t next_id_ = 1;
  std::size_t bytes_ = 0;
  RequestId last_number_;
  RequestId last_ordered_;
};

}  // namespace tutti::peer

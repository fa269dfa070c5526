#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "protocol/base/strong.hpp"
#include "protocol/wire/hub.hpp"

// What this participant did and the hub has not yet made safe, oldest first.
namespace tutti::peer {

using Request = std::variant<wire::FileCreate, wire::FileEdit, wire::FileRename, wire::FileDelete>;

[[nodiscard]] DocumentId document_of(const Request& request);
/// What an edit inserts; empty for anything else.
[[nodiscard]] std::string words_of(const Request& request);

/// A request's life: queued → sent (has a number) → received (has a position) → durable (gone from here). After a cut or a
/// hub's crash it goes back as far as the hub's `welcome` says; numbers belong to what was sent, and are given out anew for
/// what the hub never took.
///
///   [ received … | sent … | queued … ]
class Outbox {
 public:
  struct Entry {
    Request request;
    std::size_t bytes = 0;             ///< of the frame, roughly
    std::optional<RequestId> number;   ///< once sent
    std::optional<Position> received;  ///< once ordered by the hub
    bool spoilt = false;               ///< on its way, but not to be sent again; only its answer counts
    std::string words;                 ///< what the person wrote with it, should it be refused
  };

  /// `words`: what was written, where the edit itself does not say it whole.
  void push(Request request, std::string words = {});

  /// The next one to send, with its number set; nullopt when nothing is queued or `window` bytes are on their way already.
  [[nodiscard]] std::optional<std::string> next_frame(std::size_t window);

  /// Calls `visit` for each request up to `number` that was not known to be ordered.
  void each_ordered(RequestId number, const std::function<void(const Request&)>& visit) const;
  /// The hub has ordered everything up to `number`; it is safe at `position`.
  void received(RequestId number, Position position);
  /// Forgets what is safe; true if there was something.
  bool durable(Position position);
  /// The request that was refused, out of the queue.
  [[nodiscard]] std::optional<Entry> take(RequestId number);
  /// What the hub took ends at `last`; all after it is queued again. With `ordered_at` what it took is safe at that position.
  void rewind(RequestId last, std::optional<Position> ordered_at);
  /// The newest request that the hub is known to have handled.
  [[nodiscard]] RequestId last_ordered() const { return last_ordered_; }
  /// Under another replica nothing was ever sent.
  void forget_numbers();

  /// The document's edits will be made again under other names: those that wait are dropped, those on their way are spoilt.
  /// Returns the words of all of them.
  std::string spoil_edits(DocumentId document);
  void drop_all(DocumentId document);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t count(DocumentId document) const;
  /// A request of kind `R` for the document that the hub has not ordered yet.
  template <class R>
  [[nodiscard]] bool unordered(DocumentId document) const {
    for (const Entry& entry : entries_) {
      if (!entry.received && std::holds_alternative<R>(entry.request) && document_of(entry.request) == document) return true;
    }
    return false;
  }
  /// Documents with edits that the hub has not made safe.
  [[nodiscard]] std::vector<DocumentId> edited() const;
  /// Sequence of the oldest edit of the document that the hub has not ordered.
  [[nodiscard]] std::optional<Seq> first_unordered(DocumentId document) const;

 private:
  void remove_if(const std::function<bool(const Entry&)>& which);

  std::deque<Entry> entries_;
  std::size_t bytes_ = 0;
  RequestId last_number_;
  RequestId last_ordered_;
};

}  // namespace tutti::peer

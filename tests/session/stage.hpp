#pragma once

#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "sync/exchange/convert.hpp"
#include "sync/merge/document.hpp"
#include "sync/session/session.hpp"
#include "tests/support/catch.hpp"

// A session on a stage: seats in front of it hold what they were sent, a store behind it commits when it is told to.
namespace tutti::session::testing {

/// One connection, as the other end of the socket sees it.
struct Seat {
  ConnectionId connection;
  Member member;
  wire::Welcome welcome;  ///< the last one
  std::vector<wire::Down> inbox;
  std::vector<std::string> bulk;  ///< binary frames
  std::optional<Close> closed;
  std::uint64_t request = 0;  ///< last number used

  /// Takes all messages of a kind out of the inbox.
  template <class Message>
  std::vector<Message> take() {
    std::vector<Message> found;
    std::erase_if(inbox, [&](const wire::Down& message) {
      const Message* one = std::get_if<Message>(&message);
      if (one != nullptr) found.push_back(*one);
      return one != nullptr;
    });
    return found;
  }
  /// There must be exactly one of the kind.
  template <class Message>
  Message one() {
    std::vector<Message> found = take<Message>();
    INFO(member.name << " should have got one " << Message::kType << ", and has got " << found.size());
    REQUIRE(found.size() == 1);
    return found.front();
  }
  [[nodiscard]] std::string received() const;  ///< types in the inbox, for messages of failure
};

[[nodiscard]] Member member(const std::string& name, wire::Role role = wire::Role::editor);
[[nodiscard]] Member agent(const std::string& name);
[[nodiscard]] DocumentId document_id(std::uint64_t seed);

class Stage {
 public:
  explicit Stage(Limits limits = {});
  Stage(Limits limits, record::SessionImage image, std::uint64_t seed);

  Seat& join(Member member, std::optional<wire::Resume> resume = std::nullopt);
  /// Comes back as the replica that `seat` was welcomed with.
  Seat& rejoin(const Seat& seat);
  void send(Seat& seat, const wire::Up& message);
  void send_raw(Seat& seat, std::string_view frame);
  void disconnect(Seat& seat);
  void step(const Event& event);
  void pass(std::int64_t milliseconds) { now += milliseconds; }

  /// Sends with the seat's next number.
  template <class Message>
  std::uint64_t request(Seat& seat, Message message) {
    message.request = ++seat.request;
    send(seat, message);
    return seat.request;
  }
  /// A new file, created by `seat` without trouble.
  DocumentId create(Seat& seat, const std::string& path);

  /// The store commits everything.
  void commit();
  void clear();  ///< all inboxes

  /// What the store has: everything, or only what is committed.
  [[nodiscard]] record::SessionImage image(bool committed_only = true) const;
  /// The hub dies and another one loads what is committed. Seats are empty.
  [[nodiscard]] Stage crash() const;

  Config config;
  std::optional<Session> session;
  Instant now{1'000'000};
  std::deque<Seat> seats;
  std::vector<record::Fact> facts;
  Position committed;
  bool reserves = true;  ///< the store answers reservations at once
  std::uint32_t reserved = 0;
  std::vector<ReserveReplicas> reservations;
  std::vector<ParticipantGone> gone;
  std::vector<Compact> compacts;

 private:
  void deliver(const Effects& effects);
  void deliver(const Send& send);
  Seat* seat_of(ConnectionId connection);

  record::SessionImage base_;
  std::uint64_t next_connection_ = 1;
};

/// Somebody's copy of one text, from which they make changes.
struct Writer {
  ReplicaId replica;
  DocumentId document;
  merge::Document text{};

  /// Types at a place; the change is in the copy and not sent.
  [[nodiscard]] wire::FileEdit insert(std::uint64_t at, std::string_view what);
  [[nodiscard]] wire::FileEdit erase(std::uint64_t at, std::uint64_t count);
  void take(const wire::FileEdit& edit);
};

}  // namespace tutti::session::testing

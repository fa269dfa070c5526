#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "protocol/base/random.hpp"
#include "sync/text/delta.hpp"
#include "sync/text/rope.hpp"
#include "tests/plain/clock.hpp"

namespace tutti::plain {

class Hub;

/// A replica that is merged by transforming alone: one edit at a time on its way to the hub, which gives all edits one order.
/// Simple enough to be believed, and with any delay.
class Peer {
 public:
  Peer(Hub& hub, Clock& clock, std::function<void(const text::Delta&)> remote);

  void local(const text::Delta& delta);
  [[nodiscard]] const text::Rope& text() const { return text_; }
  [[nodiscard]] bool is_idle() const { return !sent_; }

 private:
  friend class Hub;
  void send();
  void acknowledged();
  void receive(text::Delta delta);

  Hub& hub_;
  Pipe up_, down_;
  std::function<void(const text::Delta&)> remote_;
  text::Rope text_;
  std::size_t seen_ = 0;  ///< edits of the hub's order
  std::optional<text::Delta> sent_;
  text::Delta unsent_;
};

class Hub {
 public:
  Hub(const text::Rope& start, Random& random, std::int64_t delay_ms) : text_(start), random_(random), delay_ms_(delay_ms) {}

  void join(Peer& peer);
  [[nodiscard]] const text::Rope& text() const { return text_; }
  /// One way, in ms; now and then somebody is cut off for some seconds.
  std::int64_t delay() {
    const auto jitter = static_cast<std::int64_t>(random_.below(static_cast<std::uint64_t>(delay_ms_) + 1));
    return delay_ms_ / 2 + jitter + (random_.below(200) == 0 ? 2'000 : 0);
  }
  void receive(Peer& author, std::size_t seen, text::Delta delta);

 private:
  text::Rope text_;
  Random& random_;
  std::int64_t delay_ms_;
  std::vector<text::Delta> order_;
  std::vector<Peer*> peers_;
};

}  // namespace tutti::plain

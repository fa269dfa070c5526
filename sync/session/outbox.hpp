#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "sync/session/session.hpp"

namespace tutti::session {

/// One step: the time it happens at, and where its effects go. Lives as long as the step.
class Turn {
 public:
  Turn(Instant now, Effects& effects) : now_(now), effects_(effects) {}

  [[nodiscard]] Instant now() const { return now_; }

  void send(std::vector<ConnectionId> to, Buffer frame, Urgency urgency, bool binary = false) {
    if (!to.empty()) emit(Send{std::move(to), std::move(frame), binary, urgency});
  }
  template <class Message>
  void tell(ConnectionId to, const Message& message, Urgency urgency = Urgency::control) {
    send({to}, share(wire::encode(message)), urgency);
  }
  template <class Message>
  void tell(std::vector<ConnectionId> to, const Message& message, Urgency urgency = Urgency::control) {
    if (!to.empty()) send(std::move(to), share(wire::encode(message)), urgency);
  }
  template <class Kind>
  void emit(Kind effect) {
    effects_.emplace_back(std::in_place_type<Kind>, std::move(effect));
  }

  [[nodiscard]] static Buffer share(std::string bytes) { return std::make_shared<const std::string>(std::move(bytes)); }

 private:
  Instant now_;
  Effects& effects_;
};

}  // namespace tutti::session

#include "tests/sim/desk.hpp"

#include "lsp-server/link/reduce.hpp"

namespace tutti::sim {

namespace {

constexpr link::Habits habits{text::Encoding::utf16, false, false};
constexpr std::uint64_t epoch = 1;

}  // namespace

Desk::Desk(const text::Rope& text, std::uint64_t seed, Instant now) : link_(habits), buffer_(text), random_(seed) {
  static_cast<void>(give(link::Opened{text.str(), text.snapshot(), text.snapshot()}, now));
}

void Desk::type(const text::Delta& delta) {
  link::Edit edit{epoch, ++mine_, theirs_, link::render(delta, buffer_, habits.encoding), {}, {}};
  text::apply(buffer_, delta);
  to_link_.emplace_back(link::Edited{std::move(edit)});
}

void Desk::remote(const text::Delta& delta, Instant now) {
  static_cast<void>(give(link::RemoteEdit{delta}, now));
  settle(nullptr, now);
}

std::optional<text::Delta> Desk::attend(Instant now) {
  receive();
  if (to_link_.empty()) return std::nullopt;
  const auto message = std::move(to_link_.front());
  to_link_.pop_front();
  return std::visit([&](const auto& event) { return give(event, now); }, message);
}

void Desk::settle(const text::Rope* refused, Instant now) {
  if (refused != nullptr) static_cast<void>(give(link::LocalRefused{refused->snapshot()}, now));
  static_cast<void>(give(link::Pump{}, now));
}

void Desk::receive() {
  if (to_editor_.empty()) return;
  const link::Edit& edit = to_editor_.front();
  const bool fits = edit.seen == mine_ && edit.revision == theirs_ + 1;
  const bool refuses = !fits || random_.chance(15);
  refusals_ += refuses ? 1 : 0;
  if (fits && refuses) return;  // it is tried again
  if (fits) {
    text::apply(buffer_, *link::reduce(edit.replacements, buffer_, buffer_.size(), habits));
    theirs_ = edit.revision;
    to_link_.emplace_back(link::Acked{epoch, theirs_});
  }
  to_editor_.pop_front();
}

/// At most one edit of the peer's text comes of an event.
std::optional<text::Delta> Desk::give(const link::Event& event, Instant now) {
  link::Effects effects;
  link_.step(event, now, effects);
  std::optional<text::Delta> local;
  for (link::Effect& effect : effects) {
    if (auto* send = std::get_if<link::SendEdit>(&effect)) to_editor_.push_back(std::move(send->edit));
    if (auto* edit = std::get_if<link::Local>(&effect)) local = std::move(edit->delta);
  }
  return local;
}

}  // namespace tutti::sim

#pragma once

#include <deque>
#include <optional>
#include <variant>

#include "lsp-server/link/link.hpp"
#include "protocol/base/random.hpp"

namespace tutti::sim {

/// A text that is open in an editor with our plugin: its buffer, and the link between it and the peer.
///
///     person ─▶ buffer ── to_link ──▶ link ──▶ peer          what is on its way waits for `attend`, each way in order
///                  ▲                   │
///                  └──── to_editor ────┘
///
/// The editor refuses an edit that was made for another state than the one it is in, as every editor does while its person
/// types, and now and then for no reason at all, as a dialog or a locked buffer does; then it is offered once more.
class Desk {
 public:
  Desk(const text::Rope& text, std::uint64_t seed, Instant now);

  [[nodiscard]] const text::Rope& buffer() const { return buffer_; }
  /// What the link takes the buffer for.
  [[nodiscard]] const text::Rope& shadow() const { return link_.text(); }
  /// Nothing is on its way, and the buffer is the text.
  [[nodiscard]] bool idle() const { return to_link_.empty() && to_editor_.empty() && link_.is_quiet(); }
  /// The person types.
  void type(const text::Delta& delta);
  /// The peer's text was changed by anybody but `attend`.
  void remote(const text::Delta& delta, Instant now);
  /// One message each way arrives. What the peer is to do, to be followed by `settle`.
  [[nodiscard]] std::optional<text::Delta> attend(Instant now);
  /// The peer did it; or it did not, and its text is `refused`.
  void settle(const text::Rope* refused, Instant now);
  [[nodiscard]] std::uint64_t refusals() const { return refusals_; }

 private:
  void receive();
  std::optional<text::Delta> give(const link::Event& event, Instant now);

  link::Link link_;
  text::Rope buffer_;
  std::uint64_t mine_ = 0, theirs_ = 0;
  std::deque<std::variant<link::Edited, link::Acked>> to_link_;
  std::deque<link::Edit> to_editor_;
  std::uint64_t refusals_ = 0;
  Random random_;
};

}  // namespace tutti::sim

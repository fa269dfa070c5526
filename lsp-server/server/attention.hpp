#pragma once

#include <cstdint>
#include <optional>

#include "protocol/base/strong.hpp"
#include "protocol/base/uuid.hpp"
#include "protocol/wire/hub.hpp"

namespace tutti::lsp {

/// Whether the person at this editor is there, and with what, from what the editor tells of them.
///
///     typed, looked ──▶ online ──2 minutes of nothing──▶ idle ──15 minutes──▶ away
class Attention {
 public:
  static constexpr std::int64_t typing_ms = 3'000;  ///< without a key: no longer typing
  static constexpr std::int64_t idle_ms = 120'000;
  static constexpr std::int64_t away_ms = 900'000;

  struct Shown {
    wire::Activity activity = wire::Activity::online;
    std::optional<DocumentId> document;  ///< looked at last
    bool typing = false;
    friend bool operator==(const Shown&, const Shown&) = default;
  };

  explicit Attention(Instant now) : seen_(now) {}

  void looked(DocumentId document, Instant now);
  void typed(DocumentId document, Instant now);
  void closed(DocumentId document);
  [[nodiscard]] Shown at(Instant now) const;
  /// When `at` will say something else if nothing happens.
  [[nodiscard]] std::optional<Instant> next_change(Instant now) const;

 private:
  std::optional<DocumentId> document_;
  Instant seen_;
  std::optional<Instant> typed_;
};

}  // namespace tutti::lsp

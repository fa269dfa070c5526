#include "lsp-server/server/attention.hpp"

namespace tutti::lsp {

void Attention::looked(DocumentId document, Instant now) {
  document_ = document;
  seen_ = now;
}

void Attention::typed(DocumentId document, Instant now) {
  looked(document, now);
  typed_ = now;
}

void Attention::closed(DocumentId document) {
  if (document_ != document) return;
  document_.reset();
  typed_.reset();
}

Attention::Shown Attention::at(Instant now) const {
  Shown shown{wire::Activity::online, document_, typed_ && now < *typed_ + typing_ms};
  if (now >= seen_ + idle_ms) shown.activity = wire::Activity::idle;
  if (now >= seen_ + away_ms) shown.activity = wire::Activity::away;
  return shown;
}

std::optional<Instant> Attention::next_change(Instant now) const {
  if (typed_ && now < *typed_ + typing_ms) return *typed_ + typing_ms;
  if (now < seen_ + idle_ms) return seen_ + idle_ms;
  if (now < seen_ + away_ms) return seen_ + away_ms;
  return std::nullopt;
}

}  // namespace tutti::lsp

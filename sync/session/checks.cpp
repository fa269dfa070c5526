#include "sync/session/checks.hpp"

#include "sync/exchange/check.hpp"

namespace tutti::session {

namespace {

constexpr std::size_t at_once = wire::kDurableChecksMax;

}  // namespace

std::optional<std::vector<wire::TextCheck>> due_checks(Core& core, Instant now) {
  if (core.unchecked.empty()) return std::nullopt;
  if (!core.ledger.all_durable() && now - core.checked < core.config.limits.check_interval_ms) return std::nullopt;
  core.checked = now;
  std::vector<wire::TextCheck> checks;
  while (!core.unchecked.empty() && checks.size() < at_once) {
    const DocumentId document = core.unchecked.extract(core.unchecked.begin()).value();
    const File* file = core.files.find(document);
    if (file != nullptr && !file->deleted) checks.push_back(exchange::check_of(document, file->text));
  }
  return checks;
}

}  // namespace tutti::session

// What language servers say: the editor's own is offered to others, others' comes back with their names.
#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "lsp-server/server/convert.hpp"
#include "lsp-server/server/server.hpp"

namespace tutti::lsp {

namespace {

wire::Diagnostic offered(const EditorDocument& document, const collab::Finding& finding) {
  const auto at = [&](const collab::Position& place) { return document.replica_place(to_place(place)).value; };
  return {at(finding.range.start), at(finding.range.end), finding.severity, finding.message, finding.source};
}

collab::Finding shown(const EditorDocument& document, const wire::Diagnostic& diagnostic, const wire::Participant& who) {
  const auto at = [&](std::uint64_t place) { return to_position(document.editor_place(text::Chars(place))); };
  return {
      {at(diagnostic.from), at(diagnostic.to)}, diagnostic.severity, diagnostic.message, diagnostic.source, who.id, who.name};
}

/// The same compiler on two machines says the same; once is enough.
bool says_itself(const EditorDocument& document, const collab::Finding& finding) {
  return std::any_of(document.own_findings.begin(), document.own_findings.end(), [&](const collab::Finding& own) {
    return own.message == finding.message && own.range.start.line == finding.range.start.line;
  });
}

collab::DiagnosticsParams findings_in(const EditorDocument& document) {
  collab::DiagnosticsParams params{{document.uri}, {}};
  const auto people = document.room->participants();
  for (const peer::Reported& reported : document.room->diagnostics(*document.id)) {
    const auto who = std::find_if(people.begin(), people.end(), [&](const auto& p) { return p.id == reported.participant; });
    if (who == people.end()) continue;
    for (const wire::Diagnostic& each : reported.diagnostics) {
      if (params.diagnostics.size() == collab::kDiagnosticsDiagnosticsMax) return params;
      collab::Finding finding = shown(document, each, *who);
      if (!says_itself(document, finding)) params.diagnostics.push_back(std::move(finding));
    }
  }
  return params;
}

}  // namespace

void Server::diagnosed(collab::DiagnosticsParams params) {
  EditorDocument* document = known(params.text_document.uri, "diagnostics");
  if (document == nullptr) return;
  document->own_findings = std::move(params.diagnostics);
  document->findings_due = document->offer_due = true;
}

void Server::offer_diagnostics() {
  documents_->each([](EditorDocument& document) {
    if (!document.joined || !std::exchange(document.offer_due, false)) return;
    std::vector<wire::Diagnostic> all;
    for (const collab::Finding& finding : document.own_findings) {
      if (all.size() == wire::kDiagnosticsUpdateDiagnosticsMax) break;
      all.push_back(offered(document, finding));
    }
    document.room->set_diagnostics(*document.id, std::move(all));
  });
}

/// Only what is news: every edit may end a report, and hardly any does.
void Server::send_diagnostics() {
  if (!agreement_.plugin) return;
  const Instant now = outside_.now();
  bool sent = false;
  documents_->each([&](EditorDocument& document) {
    if (!document.findings_due || !document.joined) return;
    if (now < findings_sent_ + presence_ms) return wake_at(findings_sent_ + presence_ms);
    document.findings_due = false;
    const collab::DiagnosticsParams params = findings_in(document);
    const Json json = to_json(params);
    std::string text = params.diagnostics.empty() ? "" : json.dump(-1, ' ', false, Json::error_handler_t::replace);
    if (std::exchange(document.told_findings, text) == text) return;
    sent = true;
    rpc_.notify(collab::DiagnosticsParams::kMethod, json);
  });
  if (sent) findings_sent_ = now;
}

}  // namespace tutti::lsp

#include <algorithm>

#include "lsp-server/mirror/private_file.hpp"
#include "lsp-server/workspace/workspace_state.hpp"

namespace tutti::workspace {
namespace {

constexpr net::Duration tell_status{50};

}  // namespace

void Workspace::State::on_effect(const peer::Effect& effect) {
  if (const auto* journal = std::get_if<peer::Journal>(&effect)) {
    journalling.take(*journal);
  } else if (const auto* edit = std::get_if<peer::RemoteEdit>(&effect)) {
    if (observer.remote_edit) observer.remote_edit(edit->document, edit->delta, edit->author);
    if (auto* folder = tending.folder()) folder->document_changed(edit->document);
    tending.attend(gather_typing);
  } else if (const auto* info = std::get_if<peer::DocumentAppeared>(&effect)) {
    appeared(info->info);
  } else if (const auto* is_ready = std::get_if<peer::DocumentReady>(&effect)) {
    ready(is_ready->document);
  } else if (const auto* move = std::get_if<peer::DocumentRenamed>(&effect)) {
    renamed(*move);
  } else if (const auto* is_gone = std::get_if<peer::DocumentGone>(&effect)) {
    gone(is_gone->document);
  } else if (const auto* taken = std::get_if<peer::PathTaken>(&effect)) {
    path_taken(*taken);
  } else if (const auto* refusal = std::get_if<peer::Refused>(&effect)) {
    refused(*refusal);
  } else if (const auto* cursors = std::get_if<peer::CursorsChanged>(&effect)) {
    if (observer.cursors_changed) observer.cursors_changed(cursors->document);
  } else if (const auto* reports = std::get_if<peer::DiagnosticsChanged>(&effect)) {
    if (observer.diagnostics_changed) observer.diagnostics_changed(reports->document);
  } else if (std::holds_alternative<peer::ParticipantsChanged>(effect)) {
    if (observer.participants_changed) observer.participants_changed();
  } else if (std::holds_alternative<peer::StatusChanged>(effect)) {
    status_changed();
  } else if (std::holds_alternative<peer::HubsKnown>(effect)) {
    link.hubs = connection.other_hubs();
    if (auto kept = write_link_file(options.folder, link); !kept) notice(NoticeLevel::warning, kept.error().message);
  }
}

void Workspace::State::appeared(const wire::DocumentInfo& info) {
  if (auto* folder = tending.folder()) folder->document_changed(info.document);
  tending.attend(gather_typing);
  if (!known || !waiting.erase(info.path)) return;
  const Opened opened = open_now(info.path);
  if (observer.editor_decided) observer.editor_decided(absolute(info.path), opened);
}

void Workspace::State::ready(DocumentId document) {
  if (auto* folder = tending.folder()) folder->document_changed(document);
  tending.attend(gather_typing);
  for (auto& [path, file] : open) {
    if (file.document == document) opened_document(path, file);
  }
  if (observer.document_ready) observer.document_ready(document);
}

void Workspace::State::renamed(const peer::DocumentRenamed& move) {
  if (auto found = open.extract(move.from); !found.empty()) {
    found.key() = move.to;
    open.insert(std::move(found));
  }
  if (auto* folder = tending.folder()) folder->document_changed(move.document);
  tending.attend(gather_typing);
  if (observer.document_renamed) observer.document_renamed(move.document, absolute(move.from), absolute(move.to));
}

void Workspace::State::gone(DocumentId document) {
  if (auto* folder = tending.folder()) folder->document_gone(document);
  tending.attend(gather_typing);
  std::erase_if(open, [&](const auto& each) { return each.second.document == document; });
  marks.release(document);
  if (observer.document_gone) observer.document_gone(document);
}

void Workspace::State::path_taken(const peer::PathTaken& taken) {
  const bool was_open = is_open(taken.ours);
  if (auto* folder = tending.folder()) folder->path_taken(taken.ours, taken.existing);
  tending.attend(gather_typing);
  std::erase_if(open, [&](const auto& each) { return each.second.document == taken.ours; });
  marks.release(taken.ours);
  if (!was_open) return;
  if (observer.document_gone) observer.document_gone(taken.ours);
  const Opened opened = open_now(taken.path);
  if (observer.editor_decided) observer.editor_decided(absolute(taken.path), opened);
}

/// What is not shared is taken back out of the text; the person keeps it beside.
void Workspace::State::refused(const peer::Refused& refusal) {
  const auto info = refusal.document ? peer().info(*refusal.document) : std::nullopt;
  std::string words = (info ? info->path + ": " : std::string()) + refusal.message + ".";
  if (!refusal.text.empty() && mirror::make_private_folder(home("refused"))) {
    const std::string file = "refused/" + (refusal.document ? to_string(*refusal.document) : std::string("text")) + "-" +
                             std::to_string(loop.now().value) + "-" + std::to_string(++refusals);
    if (mirror::write_private(home(file.c_str()), refusal.text)) words += " What you wrote is kept in .tutti/" + file + ".";
  }
  notice(NoticeLevel::warning, words);
}

void Workspace::State::status_changed() {
  if (peer().status().link == peer::Link::online) journalling.online();
  if (!known && peer().status().link == peer::Link::online) session_known();
  tell_journal_trouble();
  for (auto file = closing.begin(); file != closing.end();) {
    const auto next = std::next(file);
    if (replica.durable(file->first)) {
      let_go(file->first, file->second);
      closing.erase(file);
    }
    file = next;
  }
  if (left && (peer().status().pending == 0 || peer().status().link == peer::Link::stopped)) finish_leaving({});
  if (!observer.status_changed || status_timer.active()) {
    note();
    return;
  }
  // Every acknowledgement changes the status, and looking at it takes a walk over all files: those who listen hear of it in
  // time.
  status_timer.once(tell_status, [this] { observer.status_changed(); });
  note();
}

/// Once for each time; typing goes on.
void Workspace::State::tell_journal_trouble() {
  const std::string& why = peer().status().journal_trouble;
  if (std::exchange(journal_trouble_told, !why.empty()) || why.empty()) return;
  notice(NoticeLevel::warning, "The journal cannot be written: " + why +
                                   ". You can go on, but what the hub does not have yet is in memory only, and is lost if this "
                                   "program or machine ends.");
}

void Workspace::State::session_known() {
  known = true;
  if (auto* folder = tending.folder()) folder->start();
  tending.attend();
  for (const std::string& path : std::exchange(waiting, {})) {
    const Opened opened = open_now(path);
    if (observer.editor_decided) observer.editor_decided(absolute(path), opened);
  }
}

/// What the journal told of is kept in step before the hub is there.
void Workspace::State::follow_journal() {
  if (known || !journalling.recovered()) return;
  if (auto* folder = tending.folder()) folder->start_with_known();
  tending.attend();
}

void Workspace::State::took_over() {
  auto& folder = *tending.folder();
  follow_journal();
  if (known) folder.start();
  for (const auto& [path, file] : open) {
    if (file.base) folder.editor_has(file.document, *file.base);
  }
  tending.attend();
}

}  // namespace tutti::workspace

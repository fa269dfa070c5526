// Linked folders: found from paths, opened once, listened to.
#include <nlohmann/json.hpp>
#include <utility>

#include "lsp-server/server/server.hpp"

namespace tutti::lsp {

Room* Server::room_for(const std::string& path) {
  const auto folder = rooms_->linked_folder(path);
  if (!folder) return nullptr;
  const auto found = open_rooms_.find(*folder);
  if (found != open_rooms_.end()) return found->second.left ? nullptr : found->second.room.get();
  return enter(*folder, true);
}

Room* Server::enter(const std::string& folder, bool private_existing) {
  const auto found = open_rooms_.find(folder);
  if (found != open_rooms_.end() && !found->second.left) return found->second.room.get();
  auto opened = rooms_->open(folder, private_existing, observer());
  if (!opened) {
    say("open " + folder, 1, "The shared folder cannot be opened: " + opened.error().message);
    return nullptr;
  }
  OpenRoom& room = open_rooms_[folder];
  room = {};
  room.room = std::move(*opened);
  status_due_ = presence_due_ = true;
  documents_->move_in(*room.room);
  outside_.want_turn();
  return room.room.get();
}

Server::OpenRoom* Server::first_room() {
  for (auto& [folder, room] : open_rooms_) {
    if (!room.left) return &room;
  }
  return nullptr;
}

workspace::Observer Server::observer() {
  workspace::Observer see;
  see.remote_edit = [this](DocumentId id, const text::Delta& delta, std::optional<ParticipantId> author) {
    documents_->remote_edit(id, delta, author, outside_.now());
    outside_.want_turn();
  };
  see.document_ready = [this](DocumentId id) {
    documents_->each([&](EditorDocument& document) { document.touched = document.touched || document.id == id; });
    status_due_ = true;
    outside_.want_turn();
  };
  see.document_gone = [this](DocumentId id) {
    documents_->each([&](const EditorDocument& document) {
      if (document.id == id)
        say("gone", 2, "This file left the session; what you write in it stays with you: " + document.path);
    });
    documents_->gone(id, outside_.now());
    status_due_ = true;
    outside_.want_turn();
  };
  see.document_renamed = [this](DocumentId id, const std::string& from, const std::string& to) {
    documents_->each([&](const EditorDocument& document) {
      if (document.id == id) say("renamed " + from, 3, from + " is now " + to);
    });
  };
  see.editor_decided = [this](const std::string& path, const workspace::Opened& opened) {
    documents_->decided(path, opened);
    status_due_ = true;
    outside_.want_turn();
  };
  see.cursors_changed = [this](DocumentId id) {
    documents_->each([&](EditorDocument& document) { document.cursors_due = document.cursors_due || document.id == id; });
    outside_.want_turn();
  };
  see.diagnostics_changed = [this](DocumentId id) {
    documents_->each([&](EditorDocument& document) { document.findings_due = document.findings_due || document.id == id; });
    outside_.want_turn();
  };
  see.participants_changed = [this] {
    presence_due_ = true;
    documents_->each([](EditorDocument& document) { document.cursors_due = document.findings_due = true; });
    outside_.want_turn();
  };
  see.status_changed = [this] {
    status_due_ = true;
    outside_.want_turn();
  };
  see.notice = [this](workspace::NoticeLevel level, const std::string& words) {
    say("notice " + words,
        level == workspace::NoticeLevel::error     ? 1
        : level == workspace::NoticeLevel::warning ? 2
                                                   : 3,
        words);
  };
  return see;
}

}  // namespace tutti::lsp

#include <algorithm>

#include "lsp-server/mirror/ignore.hpp"
#include "lsp-server/mirror/private_file.hpp"
#include "lsp-server/workspace/workspace_state.hpp"
#include "sync/exchange/path.hpp"

namespace tutti::workspace {
std::optional<std::string> Workspace::State::relative(std::string_view path) const {
  for (const std::string& folder : {options.folder, real}) {
    if (path.size() > folder.size() + 1 && path.starts_with(folder) && path[folder.size()] == '/') {
      return std::string(path.substr(folder.size() + 1));
    }
  }
  return std::nullopt;
}

bool Workspace::State::is_open(DocumentId document) const {
  return std::any_of(open.begin(), open.end(), [&](const auto& each) { return each.second.document == document; });
}

/// Before the hub has told its files, the journal knows some of them.
bool Workspace::State::may_open(const std::string& path) const {
  return known || (journalling.recovered() && peer().find(path));
}

Opened Workspace::State::open_now(const std::string& path) {
  auto document = peer().find(path);
  if (!document) {
    auto shared = share_file(path);
    if (!shared) return {Opened::Kind::unshared, {}, shared.error().message};
    document = *shared;
  }
  OpenFile& file = open[path];
  file.document = *document;
  static_cast<void>(marks.mark(*document));  // a second editor on the file marks it as well as the first
  opened_document(path, file);
  return {Opened::Kind::shared, *document, {}};
}

/// The base is what the disk holds at this moment: the editor has read it, or is about to.
void Workspace::State::opened_document(const std::string& path, OpenFile& file) {
  connection.run([&](peer::Peer& peer, Instant now, peer::Effects& effects) { peer.keep(file.document, true, now, effects); });
  if (auto* folder = tending.folder()) {
    file.base = folder->editor_opened(file.document);
    tending.attend();
    return;
  }
  if (file.base) return;
  if (auto text = read_text(path)) file.base = std::move(text->text);
}

Result<mirror::TextFile> Workspace::State::read_text(const std::string& path) const {
  auto disk = root.read(path, mirror::max_file_bytes);
  if (!disk) return disk.error();
  if (!disk.value()) return error(ErrorCode::not_found, path + " is not there");
  if (disk.value()->too_large) return error(ErrorCode::limit, path + " is larger than 16 MiB");
  auto decoded = mirror::decode_file(disk.value()->bytes);
  auto* text = std::get_if<mirror::TextFile>(&decoded);
  if (text == nullptr) return error(ErrorCode::denied, path + " is not a text");
  text->traits.executable = disk.value()->executable;
  return std::move(*text);
}

Status Workspace::State::may_share(const std::string& path) {
  if (auto* folder = tending.folder()) return folder->may_share(path);
  if (auto fine = exchange::check_path(path); !fine) return fine;
  if (exchange::classify_path(path) == exchange::PathClass::never) return error(ErrorCode::denied, path + " is never shared");
  if (!replica.may_write()) return error(ErrorCode::denied, "you may look at this session, but not change it");
  const auto index = mirror::Index::load(options.folder + "/.tutti", link.session);
  if (index.unshared().contains(path)) return error(ErrorCode::denied, path + " stays private on this disk");
  if (mirror::ignore_for(root, path).hides(path)) return error(ErrorCode::denied, path + " is left out by .gitignore");
  return {};
}

Result<DocumentId> Workspace::State::share_file(const std::string& path) {
  if (auto fine = exchange::check_path(path); !fine) return error(fine.error().code, path + ": " + fine.error().message);
  if (auto fine = may_share(path); !fine) return fine.error();
  if (auto fine = root.leads_to(path); !fine) return error(ErrorCode::denied, path + ": " + fine.error().message);
  if (!root.look(path)) return replica.create(path, {}, {});
  const auto file = read_text(path);
  if (!file) return file.error();
  return replica.create(path, file->traits, file->text);
}

/// The editor is done with it. The process that writes closed files learns first what was saved.
void Workspace::State::let_go(DocumentId document, const OpenFile& file) {
  if (file.saved && mirror::make_private_folder(home("saved"))) {
    static_cast<void>(mirror::write_private(home("saved/") + to_string(document), *file.saved));
  }
  marks.release(document);
}

/// Shadows and saved texts may be written down once the hub has everything of them.
void Workspace::State::keep() {
  std::erase_if(shadows, [&](const auto& each) {
    if (!is_open(each.first)) return true;
    if (!replica.durable(each.first)) return false;
    if (mirror::make_private_folder(home("shadow"))) {
      static_cast<void>(mirror::write_private(home("shadow/") + to_string(each.first), each.second.str()));
    }
    return true;
  });
  if (tending.folder() != nullptr) return;
  for (auto& [path, file] : open) {
    if (!file.saved || !replica.durable(file.document) || !mirror::make_private_folder(home("saved"))) continue;
    if (mirror::write_private(home("saved/") + to_string(file.document), *file.saved)) file.saved.reset();
  }
}

}  // namespace tutti::workspace

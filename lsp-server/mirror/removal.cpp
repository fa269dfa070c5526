// What went away, on the disk or in the session.
#include "lsp-server/mirror/folder_state.hpp"

namespace tutti::mirror {

/// Missing on the disk for long enough: the person deleted it.
void Folder::State::confirm_missing() {
  if (!scanned) return;
  std::vector<DocumentId> due;
  for (const auto& [document, since] : missing) {
    if (now - since >= options.limits.missing_ms) due.push_back(document);
  }
  if (due.empty()) return;
  // The folder itself was moved, deleted or unlinked: that says nothing about its files.
  const bool linked = root.exists() && root.look(".tutti/session.json");
  if (!linked) say_once("unlinked", NoticeLevel::error, "The folder " + root.folder() + " is no longer linked here.");
  for (const DocumentId document : due) {
    missing.erase(document);
    const auto file = files.find(document);
    if (file == files.end() || file->second.editor || !linked) continue;
    if (root.look(file->second.path)) {
      to_settle.insert(document);
    } else {
      erase_shared(document);
    }
  }
}

void Folder::State::erase_shared(DocumentId document) {
  Mirrored& file = files.at(document);
  const auto done = replica.may_write() ? replica.erase(document)
                                        : Status(error(ErrorCode::denied, "you may look at this session, but not change it"));
  if (done) return forget(document);
  say(NoticeLevel::warning, file.path + " was deleted here and comes back: " + done.error().message + ".");
  file.base.reset();
  file.recorded = false;
  to_settle.insert(document);
}

/// The others' deletions came to rest: do them, unless they are so many that the person should say so.
void Folder::State::gather_gone() {
  const std::size_t total = files.size() + gone.size();
  const bool many = gone.size() > options.limits.many_deletions ||
                    (total >= options.limits.few_files && gone.size() * 100 > total * options.limits.many_deletions_percent);
  if (!many) return remove_gone();
  gone_held = true;
  say(NoticeLevel::warning,
      std::to_string(gone.size()) + " of " + std::to_string(total) +
          " files were deleted by others at once. They are still on this disk: `tutti accept --deletions` "
          "deletes them here too, `tutti accept --restore` shares them again.");
}

void Folder::State::remove_gone() {
  gone_held = false;
  std::map<DocumentId, Mirrored> waiting;
  for (auto& [document, file] : gone) {
    if (file.editor || marks.elsewhere(document)) {
      waiting.emplace(document, std::move(file));
      continue;
    }
    load_base(document, file);
    index.drop(document);
    const auto disk = root.read(file.path, max_file_bytes);
    if (by_path.contains(file.path) || !disk || !disk.value()) continue;
    const auto decoded = decode_file(disk.value()->bytes);
    const auto* present = std::get_if<TextFile>(&decoded);
    if (file.base && present != nullptr && same_text(*file.base, present->text)) {
      if (const auto done = root.remove(file.path); !done) say(NoticeLevel::error, done.error().message + ".");
      continue;
    }
    to_adopt.insert(file.path);
    say(NoticeLevel::warning, file.path + " was deleted by others, but changed here; it is shared again.");
  }
  gone = std::move(waiting);
  gone_until = now + options.limits.elsewhere_ms;
}

}  // namespace tutti::mirror

// The disk's tree: what is there, and what of it becomes part of the session.
#include <algorithm>

#include "lsp-server/mirror/folder_state.hpp"
#include "sync/exchange/path.hpp"

namespace tutti::mirror {
namespace {

using exchange::PathClass;

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

/// Version control's folders and our own, which hold nothing to share however deep one looks.
bool closed_folder(const std::string& path) {
  return exchange::classify_path(path + "/x") == PathClass::never;
}

}  // namespace

void Folder::State::scan(const std::string& folder) {
  if (std::count(folder.begin(), folder.end(), '/') >= static_cast<std::ptrdiff_t>(options.limits.depth)) return;
  auto entries = root.list(folder, options.limits.folder_entries);
  if (!entries && entries.error().code == ErrorCode::limit)
    say_once("list " + folder, NoticeLevel::warning, entries.error().message);
  std::set<std::string> names;
  if (entries) {
    if (calls.watch) calls.watch(folder);
    const bool rules = std::any_of(entries->begin(), entries->end(), [](const Entry& e) { return e.name == ".gitignore"; });
    const auto text = rules ? root.read(join_path(folder, ".gitignore"), Ignore::max_file_bytes)
                            : Result<std::optional<FileBytes>>(std::optional<FileBytes>());
    ignore.set(folder, text && text.value() ? text.value()->bytes : std::string());
    for (const Entry& entry : *entries) {
      names.insert(entry.name);
      look_at(join_path(folder, entry.name), entry);
    }
  }
  // What was here and is not any more. The names of a folder's direct files stand together, those of deeper ones between them.
  const std::string prefix = folder.empty() ? "" : folder + "/";
  for (auto known = by_path.lower_bound(prefix); known != by_path.end() && known->first.starts_with(prefix); ++known) {
    const std::string below = known->first.substr(prefix.size());
    if (!names.contains(below.substr(0, below.find('/')))) to_settle.insert(known->second);
  }
}

void Folder::State::look_at(const std::string& path, const Entry& entry) {
  if (name_of(path).starts_with(Root::temporary_prefix)) return;
  if (entry.kind == EntryKind::other) {
    ++skipped_other;
  } else if (entry.kind == EntryKind::folder) {
    if (!closed_folder(path) && !ignore.ignores(path, true)) to_scan.insert(path);
  } else if (const auto known = by_path.find(path); known != by_path.end()) {
    const Mirrored& file = files.at(known->second);
    if (!(file.seen == entry.fingerprint) || file.racy || !file.on_disk()) to_settle.insert(known->second);
  } else {
    to_adopt.insert(path);
  }
}

Status Folder::State::may_share(std::string_view path, bool is_folder) {
  if (auto fine = exchange::check_path(path); !fine) return fine;
  const std::string name(path);
  if (exchange::classify_path(path) == PathClass::never) {
    return error(ErrorCode::denied,
                 name + " is of a kind that is never shared: version control's files, keys and other secrets");
  }
  if (name_of(path).starts_with(Root::temporary_prefix)) return error(ErrorCode::denied, name + " is a temporary file");
  if (index.unshared().contains(name)) return error(ErrorCode::denied, name + " stays private on this disk");
  if (is_folder ? ignore.ignores(path, true) : ignore.hides(path)) {
    return error(ErrorCode::denied, name + " is left out by .gitignore");
  }
  if (!replica.may_write()) return error(ErrorCode::denied, "you may look at this session, but not change it");
  if (files.size() >= options.limits.files) {
    return error(ErrorCode::limit,
                 "the session has " + std::to_string(options.limits.files) + " files, which is the most it can");
  }
  return {};
}

/// A file that has no document: gives it the one that was renamed to it, or a new one, or leaves it private.
void Folder::State::adopt(const std::string& path) {
  if (by_path.contains(path)) return;
  if (std::any_of(gone.begin(), gone.end(), [&](const auto& each) { return each.second.path == path; })) return;
  if (const auto existing = replica.find(path)) {
    to_settle.insert(*existing);
    return;
  }
  if (options.private_existing && index.first_time() && !scanned) return index.set_unshared(path, true);
  if (const auto fine = may_share(path, false); !fine) {
    if (exchange::classify_path(path) == PathClass::never) ++skipped_secret;
    if (fine.error().code == ErrorCode::limit)
      say_once("files", NoticeLevel::warning, fine.error().message + "; " + path + " and further new ones stay private.");
    if (!replica.may_write())
      say_once("viewer", NoticeLevel::warning, "You may look at this session, but not change it: new files stay on this disk.");
    return;
  }
  const auto disk = root.read(path, max_file_bytes);
  if (!disk || !disk.value()) return;
  const auto decoded = decode_file(disk.value()->bytes);
  if (disk.value()->too_large || std::holds_alternative<NotText>(decoded)) {
    if (disk.value()->too_large) {
      ++skipped_large;
      return say_once("large " + path, NoticeLevel::warning, path + " is larger than 16 MiB and is not shared.");
    }
    ++skipped_binary;
    return;
  }
  const TextFile& file = std::get<TextFile>(decoded);
  if (const auto renamed = renamed_from(path, hash_text(file.text)); renamed && replica.rename(*renamed, path)) {
    missing.erase(*renamed);
    Mirrored& moved = files.at(*renamed);
    move_to(*renamed, moved, path);
    set_base(*renamed, moved, text::Rope(file.text).snapshot(), disk.value()->fingerprint);
    to_settle.insert(*renamed);
    return;
  }
  wire::Traits traits = file.traits;
  traits.executable = disk.value()->executable;
  const auto created = replica.create(path, traits, file.text);
  if (!created) return refuse_adoption(path, created.error());
  Mirrored& known = know(*created, path);
  // Should this process die before the hub has all of it, the part that the hub has is known as part of this.
  static_cast<void>(index.put(*created, {path, {}, hash_text("")}, ""));
  set_base(*created, known, text::Rope(file.text).snapshot(), disk.value()->fingerprint);
}

void Folder::State::refuse_adoption(const std::string& path, const Error& why) {
  if (why.code == ErrorCode::limit || why.code == ErrorCode::unavailable) {
    adopt_later[path] = now + 1000;
    say_once("adopt later", NoticeLevel::info, "The hub is still taking files; the rest follows: " + why.message + ".");
  } else {
    say_once("adopt " + path, NoticeLevel::warning, path + " is not shared: " + why.message + ".");
  }
}

/// The document whose file is gone from the disk while one of the same content appeared.
std::optional<DocumentId> Folder::State::renamed_from(const std::string& path, const TextHash& hash) {
  std::optional<DocumentId> found;
  const auto [begin, end] = by_hash.equal_range(hash);
  for (auto each = begin; each != end; ++each) {
    const auto known = files.find(each->second);
    if (known == files.end() || known->second.hash != hash || !known->second.on_disk()) continue;
    if (known->second.editor || known->second.waits_elsewhere || root.look(known->second.path)) continue;
    const bool same_name = name_of(known->second.path) == name_of(path);
    if (same_name) return known->first;
    if (hash != hash_text("")) found = known->first;  // of the many empty files none is more likely than another
  }
  return found;
}

void Folder::State::end_of_first_pass() {
  scanned = true;
  record(true);  // from here on a crash finds out what belongs to whom
  std::size_t absent = 0, known = 0;
  for (const auto& [document, file] : files) {
    if (!file.on_disk()) continue;
    ++known;
    if (missing.contains(document)) ++absent;
  }
  const bool many = absent > options.limits.many_deletions ||
                    (known >= options.limits.few_files && absent * 100 > known * options.limits.many_deletions_percent);
  if (many) {
    for (const auto& [document, since] : missing) {
      Mirrored& file = files.at(document);
      file.base.reset();
      file.recorded = false;
      to_settle.insert(document);
    }
    missing.clear();
    say(NoticeLevel::warning, std::to_string(absent) + " files were missing here; they were fetched from the session again.");
  }
  std::string left;
  const auto count = [&](std::size_t n, const char* what) {
    if (n > 0) left += (left.empty() ? "" : ", ") + std::to_string(n) + what;
  };
  count(skipped_binary, " binary");
  count(skipped_large, " too large");
  count(skipped_secret, " with secrets or of version control");
  count(skipped_other, " links or special files");
  if (!left.empty()) say(NoticeLevel::info, "Not shared: " + left + ".");
  if (!index.unshared().empty()) {
    const std::size_t apart = index.unshared().size();
    say(NoticeLevel::info, apart == 1 ? "1 file here is not in the session and stays private."
                                      : std::to_string(apart) + " files here are not in the session and stay private.");
  }
}

}  // namespace tutti::mirror

#include "lsp-server/mirror/folder.hpp"

#include <unistd.h>

#include <algorithm>

#include "lsp-server/mirror/folder_state.hpp"
#include "sync/exchange/path.hpp"

namespace tutti::mirror {
namespace {

text::Snapshot snapshot_of(std::string_view text) {
  return text::Rope(text).snapshot();
}

std::string folder_of(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string() : std::string(path.substr(0, slash));
}

/// Takes up to `limit` items out of a set, so that what is added meanwhile waits for the next call.
template <class T>
std::vector<T> take(std::set<T>& from, std::size_t limit) {
  const auto end = std::next(from.begin(), static_cast<std::ptrdiff_t>(std::min(limit, from.size())));
  std::vector<T> out(from.begin(), end);
  from.erase(from.begin(), end);
  return out;
}

template <class T>
std::vector<T> take_due(std::map<T, Instant>& from, Instant now) {
  std::vector<T> out;
  std::erase_if(from, [&](const auto& each) {
    if (each.second <= now) out.push_back(each.first);
    return each.second <= now;
  });
  return out;
}

}  // namespace

bool same_text(const text::Snapshot& snapshot, std::string_view text) {
  if (snapshot.summary().bytes.value != text.size()) return false;
  std::size_t at = 0;
  bool same = true;
  snapshot.each([&](std::string_view piece) {
    same = same && text.substr(at, piece.size()) == piece;
    at += piece.size();
  });
  return same;
}

std::string join_path(std::string_view folder, std::string_view name) {
  return folder.empty() ? std::string(name) : std::string(folder) + "/" + std::string(name);
}

// ---- what is known of each file

void Folder::State::say_once(const std::string& key, NoticeLevel level, const std::string& words) {
  if (told.size() < options.limits.files && told.insert(key).second) say(level, words);
}

Mirrored& Folder::State::know(DocumentId document, const std::string& path) {
  if (const auto found = files.find(document); found != files.end()) return found->second;
  Mirrored file;
  file.path = path;
  // Deleted and made anew under the same name: what the disk holds is known from before.
  for (auto& [old, before] : gone) {
    if (before.path != path) continue;
    load_base(old, before);
    file.base = before.base;
    file.hash = before.hash;
    file.exact = before.exact;
    index.drop(old);
    gone.erase(old);
    break;
  }
  by_path.try_emplace(path, document);
  if (calls.watch) calls.watch(folder_of(path));
  return files.emplace(document, std::move(file)).first->second;
}

void Folder::State::forget(DocumentId document, Record record) {
  const auto found = files.find(document);
  if (found == files.end()) return;
  if (const auto at = by_path.find(found->second.path); at != by_path.end() && at->second == document) by_path.erase(at);
  const auto [begin, end] = by_hash.equal_range(found->second.hash);
  for (auto each = begin; each != end; ++each) {
    if (each->second == document) {
      by_hash.erase(each);
      break;
    }
  }
  consent.withdraw(found->second.path);
  files.erase(found);
  for (auto* set : {&to_settle, &to_record}) set->erase(document);
  for (auto* times : {&missing, &later, &open_changed}) times->erase(document);
  failing.erase(document);
  if (record == Record::drop) index.drop(document);
}

void Folder::State::move_to(DocumentId document, Mirrored& file, const std::string& path) {
  if (const auto at = by_path.find(file.path); at != by_path.end() && at->second == document) by_path.erase(at);
  consent.withdraw(file.path);
  file.path = path;
  by_path[path] = document;
  to_record.insert(document);
  if (calls.watch) calls.watch(folder_of(path));
}

void Folder::State::set_base(DocumentId document, Mirrored& file, text::Snapshot base, const Fingerprint& seen) {
  const TextHash hash = hash_text(base.str());
  if (hash != file.hash) {
    const auto [begin, end] = by_hash.equal_range(file.hash);
    for (auto each = begin; each != end; ++each) {
      if (each->second == document) {
        by_hash.erase(each);
        break;
      }
    }
    by_hash.emplace(hash, document);
  }
  if (const auto shared = replica.text(document); shared && same_text(*shared, base.str())) replica.wrote(document);
  file.hash = hash;
  file.base = std::move(base);
  file.exact = true;
  file.recorded = false;
  file.seen = seen;
  file.racy = true;
  file.waits_since = Instant();
  to_record.insert(document);
}

std::optional<std::string> Folder::State::base_text(DocumentId document, const Mirrored& file) const {
  if (file.base) return file.base->str();
  return file.recorded ? index.base(document) : std::nullopt;
}

/// Only what the hub has for good may be a base on the disk: after a crash everything else is found again by comparing.
void Folder::State::record(bool all) {
  std::size_t budget = all ? to_record.size() : options.limits.work_items * 4;
  std::vector<DocumentId> done;
  for (const DocumentId document : to_record) {
    if (budget == 0) break;
    const auto file = files.find(document);
    if (file != files.end() && !replica.durable(document)) continue;
    done.push_back(document);
    if (file == files.end() || !file->second.base) continue;
    --budget;
    const Mirrored& mirrored = file->second;
    const auto put = index.put(document, {mirrored.path, mirrored.seen, mirrored.hash}, mirrored.base->str());
    if (!put) say_once("index", NoticeLevel::error, put.error().message + ".");
  }
  for (const DocumentId document : done) to_record.erase(document);
  if (index.dirty()) {
    if (const auto saved = index.save(); !saved) say_once("index", NoticeLevel::error, saved.error().message + ".");
  }
}

// ---- what is told

Folder::Folder(Root root, Index index, Consent consent, OpenMarks& marks, Replica& replica, FolderOptions options,
               FolderCalls calls)
    : state_(std::make_unique<State>(std::move(root), std::move(index), std::move(consent), marks, replica, options,
                                     std::move(calls))) {
  state_->consent.reload();
}

Folder::~Folder() = default;

/// A file that the session does not know is gone, once all that it has is known.
void Folder::State::load_lines() {
  for (const auto& [document, line] : index.lines()) {
    if (files.contains(document)) continue;
    Mirrored file;
    file.path = line.path;
    file.hash = line.hash;
    file.recorded = true;
    if (!replica.info(document)) {
      if (complete) gone.emplace(document, std::move(file));
      continue;
    }
    by_path[line.path] = document;
    by_hash.emplace(line.hash, document);
    files.emplace(document, std::move(file));
  }
}

void Folder::start_with_known() {
  State& s = *state_;
  if (s.started) return;
  s.started = true;
  s.load_lines();
  for (const auto& info : s.replica.documents()) {
    if (s.replica.text(info.document)) s.to_settle.insert(info.document);
  }
}

void Folder::start() {
  State& s = *state_;
  if (s.complete) return;
  s.started = s.complete = true;
  s.load_lines();
  for (const auto& info : s.replica.documents()) s.to_settle.insert(info.document);
  s.gone_until = s.now + s.options.limits.gone_ms;
  s.to_scan.insert("");
}

void Folder::document_changed(DocumentId document) {
  if (state_->started) state_->to_settle.insert(document);
}

void Folder::document_gone(DocumentId document) {
  State& s = *state_;
  const auto found = s.files.find(document);
  if (found == s.files.end()) return;
  const Mirrored file = found->second;
  s.forget(document, Record::keep);
  if (!file.on_disk()) return s.index.drop(document);
  s.gone.emplace(document, file);
  s.gone_until = s.now + s.options.limits.gone_ms;
}

void Folder::path_taken(DocumentId ours, DocumentId existing) {
  state_->forget(ours);
  document_changed(existing);
}

std::optional<std::string> Folder::editor_opened(DocumentId document) {
  State& s = *state_;
  const auto info = s.replica.info(document);
  if (!info || !s.started) return std::nullopt;
  Mirrored& file = s.know(document, info->path);
  file.editor = true;
  s.load_base(document, file);
  auto disk = s.root.read(file.path, max_file_bytes);
  if (!disk || !disk.value() || disk.value()->too_large) return s.base_text(document, file);
  const auto decoded = decode_file(disk.value()->bytes);
  const auto* present = std::get_if<TextFile>(&decoded);
  if (present == nullptr) return s.base_text(document, file);
  const auto shared = s.replica.text(document);
  if (!shared || (!file.base && !same_text(*shared, present->text))) return s.base_text(document, file);
  if (!file.base || s.merge_disk(document, file, *disk.value(), present->text)) {
    s.set_base(document, file, snapshot_of(present->text), disk.value()->fingerprint);
  }
  return s.base_text(document, file);
}

void Folder::editor_has(DocumentId document, std::string_view base) {
  State& s = *state_;
  const auto info = s.replica.info(document);
  if (!info) return;
  Mirrored& file = s.know(document, info->path);
  file.editor = true;
  const auto entry = s.root.look(file.path);
  s.set_base(document, file, snapshot_of(base), entry ? entry->fingerprint : Fingerprint());
}

void Folder::editor_saved(DocumentId document, std::string_view text) {
  State& s = *state_;
  const auto found = s.files.find(document);
  if (found == s.files.end()) return;
  const auto entry = s.root.look(found->second.path);
  s.set_base(document, found->second, snapshot_of(text), entry ? entry->fingerprint : Fingerprint());
  s.open_changed.erase(document);
}

std::optional<std::string> Folder::text_before(DocumentId document) const {
  const auto found = state_->files.find(document);
  if (found == state_->files.end() || !found->second.before) return std::nullopt;
  return found->second.before->str();
}

void Folder::editor_closed(DocumentId document) {
  State& s = *state_;
  for (auto* each : {&s.files, &s.gone}) {
    if (const auto found = each->find(document); found != each->end()) found->second.editor = false;
  }
  s.open_changed.erase(document);
  s.to_settle.insert(document);
}

void Folder::disk_changed(std::string folder, std::string_view name) {
  State& s = *state_;
  if (!s.complete) return;
  if (folder == ".tutti" || folder.starts_with(".tutti/")) return;
  if (name == ".gitignore") s.to_scan.insert("");
  s.to_scan.insert(std::move(folder));
}

void Folder::look_at_everything() {
  if (!state_->complete) return;
  state_->to_scan.insert("");
  for (const auto& [document, file] : state_->files) {
    if (!file.on_disk()) state_->to_settle.insert(document);
  }
}

void Folder::consent_changed() {
  State& s = *state_;
  s.consent.reload();
  for (const auto& [document, file] : s.files) {
    const auto info = s.replica.info(document);
    if (s.consent.waiting().contains(file.path) || (info && s.consent.waiting().contains(info->path))) {
      s.to_settle.insert(document);
    }
  }
}

void Folder::confirm_deletions(bool go_ahead) {
  State& s = *state_;
  if (!s.gone_held) return;
  if (go_ahead) return s.remove_gone();
  s.gone_held = false;
  for (const auto& [document, file] : s.gone) {
    s.index.drop(document);
    s.to_adopt.insert(file.path);
  }
  s.gone.clear();
}

Status Folder::may_share(std::string_view path) {
  return state_->may_share(path, false);
}

const Consent& Folder::consent() const {
  return state_->consent;
}

FolderStatus Folder::status() const {
  const State& s = *state_;
  FolderStatus out;
  out.scanned = s.scanned;
  out.files = s.files.size();
  out.held_back = s.consent.waiting().size();
  out.deletions_held = s.gone_held ? s.gone.size() : 0;
  out.failing = s.failing.size();
  out.settled = s.scanned && s.to_settle.empty() && s.to_scan.empty() && s.to_adopt.empty() && s.missing.empty() &&
                s.adopt_later.empty() && s.failing.empty() && (s.gone.empty() || s.gone_held) &&
                std::none_of(s.later.begin(), s.later.end(), [&](const auto& each) {
                  const auto file = s.files.find(each.first);
                  return file != s.files.end() && !file->second.waits_elsewhere;
                });
  return out;
}

// ---- order and time

std::optional<Instant> Folder::work(Instant now) {
  State& s = *state_;
  s.now = now;
  if (!s.started) return std::nullopt;
  for (const DocumentId document : take_due(s.later, now)) s.to_settle.insert(document);
  for (std::string& path : take_due(s.adopt_later, now)) s.to_adopt.insert(std::move(path));
  for (const DocumentId document : take_due(s.open_changed, now)) s.settle_open_change(document);
  // Folders first: until all are seen, a file that is missing may be one that has another name now.
  for (const std::string& folder : take(s.to_scan, s.options.limits.work_items)) s.scan(folder);
  if (s.to_scan.empty()) {
    for (const std::string& path : take(s.to_adopt, s.options.limits.work_items)) s.adopt(path);
  }
  for (const DocumentId document : take(s.to_settle, s.options.limits.work_items)) s.settle(document);
  if (s.complete && !s.scanned && s.to_scan.empty() && s.to_adopt.empty() && s.to_settle.empty()) s.end_of_first_pass();
  s.confirm_missing();
  if (s.scanned && !s.gone.empty() && !s.gone_held && s.gone_until <= now) s.gather_gone();
  s.tell_held();
  s.record_in_time();
  return s.next_work();
}

void Folder::State::tell_held() {
  if (newly_held.empty() || !to_settle.empty()) return;
  std::string list;
  for (std::size_t i = 0; i < newly_held.size() && i < 10; ++i) list += (i > 0 ? ", " : "") + newly_held[i];
  if (newly_held.size() > 10) list += ", …";
  say(NoticeLevel::warning,
      "Held back, because editors or builds run such files: " + list +
          ". Look at them in .tutti/proposed, then take them with `tutti accept PATH…` or `tutti accept --all`.");
  newly_held.clear();
}

void Folder::State::record_in_time() {
  if (record_at && *record_at <= now) {
    record_at.reset();
    record(false);
  }
  if (to_record.empty() && !index.dirty()) return record_at.reset();
  if (!record_at) record_at = now + options.limits.record_ms;
}

std::optional<Instant> Folder::State::next_work() const {
  if (!to_scan.empty() || !to_adopt.empty() || !to_settle.empty()) return now;
  std::optional<Instant> next;
  const auto at = [&](Instant when) { next = next ? std::min(*next, when) : when; };
  for (const auto* times : {&later, &open_changed}) {
    for (const auto& [document, when] : *times) at(when);
  }
  for (const auto& [path, when] : adopt_later) at(when);
  if (scanned) {
    for (const auto& [document, since] : missing) at(since + options.limits.missing_ms);
    if (!gone.empty() && !gone_held) at(gone_until);
  }
  if (record_at) at(*record_at);
  return next;
}

void Folder::record() {
  state_->record(true);
}

}  // namespace tutti::mirror

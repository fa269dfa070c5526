// One file against one text.
#include <algorithm>
#include <chrono>

#include "lsp-server/mirror/folder_state.hpp"
#include "lsp-server/mirror/private_file.hpp"
#include "lsp-server/mirror/three_way.hpp"
#include "sync/exchange/path.hpp"

namespace tutti::mirror {
namespace {

using exchange::PathClass;

constexpr std::int64_t wait_for_rest_ms = 3000;
constexpr std::int64_t racy_ns = 20'000'000;  ///< two ticks of the clock that file times come from
constexpr int mine_copies = 9;

text::Snapshot snapshot_of(std::string_view text) {
  return text::Rope(text).snapshot();
}

/// Another write could still hide behind the same times.
bool is_racy(const Fingerprint& seen) {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch).count() - seen.changed_ns < racy_ns;
}

std::string mine_name(const std::string& path, int copy) {
  return path + ".mine" + (copy > 1 ? std::to_string(copy) : "");
}

}  // namespace

void Folder::State::settle(DocumentId document) {
  const auto info = replica.info(document);
  if (!info || !exchange::check_path(info->path)) return;
  Mirrored& file = know(document, info->path);
  if (owned_by_editor(document, file) || !replica.text(document)) return;
  if (file.path != info->path && !follow_rename(document, file)) return;
  auto disk = root.read(file.path, max_file_bytes);
  if (!disk) return fail(document, disk.error().message);
  if (disk.value()) return settle_present(document, file, *std::move(disk.value()));
  if (file.on_disk()) {
    missing.try_emplace(document, now);
  } else {
    write_out(document, file, std::nullopt);
  }
}

bool Folder::State::owned_by_editor(DocumentId document, Mirrored& file) {
  if (file.editor) {
    const auto entry = root.look(file.path);
    if (entry && file.base && !(entry->fingerprint == file.seen)) {
      open_changed.try_emplace(document, now + options.limits.open_disk_ms);
    }
    return true;
  }
  const bool elsewhere = marks.elsewhere(document);
  if (!elsewhere && !file.waits_elsewhere) return false;
  later[document] = now + options.limits.elsewhere_ms;
  if (!elsewhere) {
    // Just released. What its process sent last may still be on the way here, so one more turn; and what it saved is a better
    // base.
    const std::string saved_file = root.folder() + "/.tutti/saved/" + to_string(document);
    if (auto saved = read_private(saved_file)) set_base(document, file, snapshot_of(*saved), file.seen);
    file.exact = false;
    file.seen = {};
  }
  file.waits_elsewhere = elsewhere;
  return true;
}

/// Another mirrored file has the name that `file` is to get; it moves too, perhaps to where `file` is. Steps aside: the text is
/// in the session, and is written anew when the name is free.
void Folder::State::step_aside(DocumentId document, Mirrored& file, const FileBytes& disk) {
  load_base(document, file);
  const auto decoded = decode_file(disk.bytes);
  const auto* present = std::get_if<TextFile>(&decoded);
  if (present != nullptr && file.base && same_text(*file.base, present->text)) {
    static_cast<void>(root.remove(file.path));
    file.base.reset();
  } else {
    settle_present(document, file, disk);
  }
  later[document] = now + 50;
}

/// Moves the disk's file to where the session has it. False: not now.
bool Folder::State::follow_rename(DocumentId document, Mirrored& file) {
  const std::string target = replica.info(document)->path;
  const auto present = root.read(file.path, max_file_bytes);
  if (!file.on_disk() || !present || !present.value()) {
    file.base.reset();
    file.recorded = false;
    move_to(document, file, target);
    return true;
  }
  if (!permitted(target, present.value()->bytes)) return true;  // stays where it is, in step
  if (const auto other = by_path.find(target); other != by_path.end() && other->second != document) {
    to_settle.insert(other->second);
    step_aside(document, file, *present.value());
    return false;
  }
  if (const auto stranger = root.read(target, 2 * max_file_bytes); stranger && stranger.value()) {
    keep_as_mine(target, stranger.value()->bytes, "another file of this name was shared");
    static_cast<void>(root.remove(target));
  }
  const auto moved = root.rename(file.path, target);
  if (!moved) {
    fail(document, moved.error().message);
    return false;
  }
  move_to(document, file, target);
  return true;
}

void Folder::State::load_base(DocumentId document, Mirrored& file) {
  if (!file.recorded) return;
  file.recorded = false;
  if (const auto text = index.base(document)) {
    file.base = snapshot_of(*text);
    file.exact = false;
  }
}

void Folder::State::settle_present(DocumentId document, Mirrored& file, FileBytes disk) {
  missing.erase(document);
  load_base(document, file);
  if (disk.too_large) return fail(document, file.path + " is larger than 16 MiB on this disk, and is no longer kept in step");
  const auto decoded = decode_file(disk.bytes);
  if (std::holds_alternative<NotText>(decoded)) {
    return fail(document, file.path + " is not a text any more on this disk, and is no longer kept in step");
  }
  const auto& [text, traits, mixed_ends] = std::get<TextFile>(decoded);
  // A tool that adds lines with other ends than the file has: every copy gets those of the session, this one too. A file that
  // came with mixed ends is left alone.
  const bool mend_ends = mixed_ends && file.base && !same_text(*file.base, text);
  if (!merge_disk(document, file, disk, text)) return;
  failing.erase(document);
  if (same_text(*replica.text(document), text) && !mend_ends) {
    if (!(file.seen == disk.fingerprint) || !file.exact) set_base(document, file, snapshot_of(text), disk.fingerprint);
    return;
  }
  write_out(document, file, disk.bytes);
}

/// Brings what happened on the disk since the base into the replica. False: the file is left as it is for now.
bool Folder::State::merge_disk(DocumentId document, Mirrored& file, const FileBytes& disk, const std::string& text) {
  if (const auto written = file.exact ? std::nullopt : replica.written(document); written && same_text(*written, text)) {
    set_base(document, file, *written, disk.fingerprint);
    return true;
  }
  if (!file.base) return merge_without_base(document, file, disk, text);
  if (same_text(*file.base, text)) {
    file.seen = disk.fingerprint;
    file.racy = is_racy(disk.fingerprint);
    return true;
  }
  const std::string base = file.base->str(), theirs = replica.text(document)->str();
  if (text == theirs) return true;
  const text::Delta delta = file.exact ? transform(text::diff(base, text), text::diff(base, theirs), text::Left::mine)
                                       : merge_three_way(base, text, theirs);
  if (take_edit(document, file, disk, delta) == Taken::later) return false;
  set_base(document, file, snapshot_of(text), disk.fingerprint);
  return true;
}

/// Two texts of one name that nothing is known of. They are not mixed: the session's takes the name, the disk's is kept beside
/// it.
bool Folder::State::merge_without_base(DocumentId document, Mirrored& file, const FileBytes& disk, const std::string& text) {
  const std::string theirs = replica.text(document)->str();
  if (text == theirs || text.empty()) return true;
  if (text.starts_with(theirs) && replica.may_write()) {
    // The session's text looks like the beginning of ours: probably the rest is on its way. If it is not, ours goes on.
    if (file.waits_since == Instant()) file.waits_since = now;
    if (now - file.waits_since < wait_for_rest_ms) {
      later[document] = now + wait_for_rest_ms / 10;
      return false;
    }
    return take_edit(document, file, disk, text::diff(theirs, text)) != Taken::later;
  }
  if (!permitted(file.path, encode_file(theirs, replica.info(document)->traits))) return false;
  keep_as_mine(file.path, disk.bytes, "the session has another text under its name");
  return true;
}

Folder::State::Taken Folder::State::take_edit(DocumentId document, Mirrored& file, const FileBytes& disk,
                                              const text::Delta& delta) {
  if (delta.is_noop()) return Taken::yes;
  if (!replica.may_write()) {
    keep_as_mine(file.path, disk.bytes, "you may look at this session, but not change it");
    return Taken::kept_beside;
  }
  const auto done = replica.edit(document, delta);
  if (done) return Taken::yes;
  if (done.error().code == ErrorCode::limit || done.error().code == ErrorCode::unavailable) {
    fail(document, file.path + ": the change waits, because " + done.error().message);
    return Taken::later;
  }
  keep_as_mine(file.path, disk.bytes, done.error().message);
  return Taken::kept_beside;
}

void Folder::State::write_out(DocumentId document, Mirrored& file, const std::optional<std::string>& expected) {
  const auto info = replica.info(document);
  const text::Snapshot text = *replica.text(document);
  const std::string bytes = encode_file(text.str(), info->traits);
  if (!permitted(file.path, bytes)) return;
  const auto written = root.write(file.path, bytes, expected, info->traits.executable && consent.allows_all());
  if (!written) return fail(document, written.error().message);
  failing.erase(document);
  const std::optional<text::Snapshot> before = file.base;
  if (!file.before) file.before = before;
  set_base(document, file, text, written->fingerprint);
  if (written->displaced) take_displaced(document, file, before.value_or(text::Snapshot()), written->displaced->bytes);
}

/// Another program wrote the file at the very moment when we did; its bytes were swapped out. They count as a change of `base`.
void Folder::State::take_displaced(DocumentId document, Mirrored& file, const text::Snapshot& base, const std::string& bytes) {
  const auto decoded = decode_file(bytes);
  if (const auto* other = std::get_if<TextFile>(&decoded); other != nullptr && replica.may_write()) {
    const std::string from = base.str();
    const auto delta = merge_three_way(from, other->text, file.base->str());
    if (replica.edit(document, delta)) {
      to_settle.insert(document);
      return;
    }
  }
  keep_as_mine(file.path, bytes, "it was written while the session's text was");
}

/// What an editor of this process has open was changed on the disk, and no save explains it: a tool did it.
void Folder::State::settle_open_change(DocumentId document) {
  const auto found = files.find(document);
  if (found == files.end() || !found->second.editor || !replica.text(document) || !found->second.base) return;
  Mirrored& file = found->second;
  const auto disk = root.read(file.path, max_file_bytes);
  if (!disk || !disk.value()) return;
  const auto decoded = decode_file(disk.value()->bytes);
  const auto* present = std::get_if<TextFile>(&decoded);
  if (present == nullptr) return;
  if (!same_text(*file.base, present->text) && replica.may_write()) {
    const std::string base = file.base->str(), theirs = replica.text(document)->str();
    const text::Delta delta = merge_three_way(base, present->text, theirs);
    if (!delta.is_noop() && !replica.edit(document, delta)) return;
  }
  set_base(document, file, snapshot_of(present->text), disk.value()->fingerprint);
}

/// Whether these bytes may stand under this name on this disk (D10). What may not is laid out for the person to look at.
bool Folder::State::permitted(const std::string& path, std::string_view bytes) {
  switch (exchange::classify_path(path)) {
    case PathClass::normal:
      return true;
    case PathClass::never:
      say_once("never " + path, NoticeLevel::warning, path + " is of a kind that is never shared; it was not written here");
      return false;
    case PathClass::guarded:
      break;
  }
  if (consent.allows(path, bytes)) {
    consent.withdraw(path);
    return true;
  }
  if (!consent.waiting().contains(path)) newly_held.push_back(path);
  if (const auto done = consent.propose(path, bytes); !done)
    say_once("propose " + path, NoticeLevel::error, done.error().message);
  return false;
}

void Folder::State::keep_as_mine(const std::string& path, std::string_view bytes, const std::string& why) {
  for (int copy = 1; copy <= mine_copies; ++copy) {
    const std::string name = mine_name(path, copy);
    const auto present = root.read(name, 2 * max_file_bytes);
    if (present && present.value() && present.value()->bytes == bytes) return;
    if (present && present.value() && copy < mine_copies) continue;
    index.set_unshared(name, true);
    const auto written = root.write(name, bytes, std::nullopt, false);
    if (!written) return say(NoticeLevel::error, written.error().message);
    return say(NoticeLevel::warning, "Your text of " + path + " was kept as " + name + ": " + why + ".");
  }
}

void Folder::State::fail(DocumentId document, const std::string& words) {
  later[document] = now + options.limits.retry_ms;
  auto& told_before = failing[document];
  if (told_before != words) say(NoticeLevel::error, words + ".");
  told_before = words;
}

}  // namespace tutti::mirror

#include "lsp-server/workspace/journal_seat.hpp"

#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "lsp-server/mirror/private_file.hpp"

namespace tutti::workspace {
namespace {

namespace fs = std::filesystem;

constexpr int most_seats = 64;

std::string folder_of(const std::string& home) {
  return home + "/journal";
}

std::optional<Seat> try_seat(const std::string& file) {
  auto lock = mirror::FolderLock::take(file + ".lock");
  if (!lock || !lock.value()) return std::nullopt;
  return Seat{file, std::move(*lock.value())};
}

bool is_there(const std::string& file) {
  return access(file.c_str(), F_OK) == 0;
}

/// The file under a name that says what it is; it stays under its own too, until another takes that.
std::string keep_aside(const std::string& file) {
  const std::string aside = file + ".damaged-" + std::to_string(std::time(nullptr));
  std::error_code problem;
  fs::create_hard_link(file, aside, problem);
  if (problem) fs::copy_file(file, aside, fs::copy_options::overwrite_existing, problem);
  return aside.substr(aside.rfind("/.tutti/") + 1);
}

std::string words_of(const peer::journal::Image& image, const std::string& aside) {
  std::string words = "The journal of what was not yet at the hub is damaged";
  words += image.torn ? " at its end: what was done last before the crash may be missing." : ".";
  if (!image.lost.empty()) words += " Some of your words have no place any more; they are kept in .tutti/refused.";
  return words + " All that is whole of it was taken up again; the file is kept as " + aside + ".";
}

}  // namespace

peer::journal::Owner owner_of(const LinkFile& link) {
  return {link.session, link.participant, link.hub};
}

Result<Seat> take_seat(const std::string& home, const std::string& kind) {
  if (auto made = mirror::make_private_folder(folder_of(home)); !made) return made.error();
  const auto name = [&](int n) { return folder_of(home) + "/" + kind + "-" + std::to_string(n); };
  for (const bool left : {true, false}) {
    for (int n = 1; n <= most_seats; ++n) {
      if (is_there(name(n)) != left) continue;
      if (auto seat = try_seat(name(n))) return std::move(*seat);
    }
  }
  return error(ErrorCode::limit, "too many programs have this folder open");
}

std::vector<Seat> take_left(const std::string& home) {
  std::vector<std::string> files;
  std::error_code problem;
  for (const auto& entry : fs::directory_iterator(folder_of(home), problem)) {
    const std::string name = entry.path().filename().string();
    if (name.find('.') == std::string::npos) files.push_back(entry.path().string());
  }
  std::sort(files.begin(), files.end());
  std::vector<Seat> seats;
  for (const std::string& file : files) {
    if (auto seat = try_seat(file)) seats.push_back(std::move(*seat));
  }
  return seats;
}

void clear_seat(const Seat& seat) {
  unlink(seat.file.c_str());
}

Found read_journal(const Seat& seat, const LinkFile& link) {
  const auto bytes = mirror::read_private(seat.file);
  if (!bytes) return {};
  auto image = peer::journal::replay(*bytes);
  if (!image) {
    return {std::nullopt, "The journal of what was not yet at the hub cannot be read: " + image.error().message +
                              ". It is kept as " + keep_aside(seat.file) + "."};
  }
  const peer::journal::Owner& owner = image->head.owner;
  if (!owner.session.is_nil() && !(owner.session == link.session && owner.participant == link.participant)) {
    return {std::nullopt, "The journal here belongs to another session. It is kept as " + keep_aside(seat.file) + "."};
  }
  std::string words = image->damaged() ? words_of(*image, keep_aside(seat.file)) : std::string();
  return {std::move(*image), std::move(words)};
}

}  // namespace tutti::workspace

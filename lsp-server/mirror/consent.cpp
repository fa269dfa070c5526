#include "lsp-server/mirror/consent.hpp"

#include <algorithm>

#include "lsp-server/mirror/index.hpp"
#include "lsp-server/mirror/private_file.hpp"
#include "lsp-server/mirror/root.hpp"
#include "lsp-server/mirror/text_file.hpp"

namespace tutti::mirror {
namespace {

constexpr std::size_t max_folder_entries = 10'000;

std::string accepted_line(std::string_view path, std::string_view bytes) {
  return hash_text(bytes) + " " + std::string(path);
}

std::set<std::string> read_accepted(const std::string& home) {
  std::set<std::string> lines;
  const std::string text = read_private(home + "/accepted").value_or("");
  for (std::size_t from = 0; from < text.size() && lines.size() < Consent::max_lines;) {
    const std::size_t end = std::min(text.find('\n', from), text.size());
    if (end > from) lines.insert(text.substr(from, end - from));
    from = end + 1;
  }
  return lines;
}

Status write_accepted(const std::string& home, const std::set<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return write_private(home + "/accepted", text);
}

void collect_files(const Root& root, const std::string& folder, std::vector<std::string>& into) {
  auto entries = root.list(folder, max_folder_entries);
  if (!entries) return;
  for (const Entry& entry : *entries) {
    const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
    if (entry.kind == EntryKind::folder) collect_files(root, path, into);
    if (entry.kind == EntryKind::file) into.push_back(path);
  }
}

}  // namespace

void Consent::reload() {
  accepted_ = read_accepted(home_);
}

bool Consent::allows(std::string_view path, std::string_view bytes) const {
  return accept_all_ || accepted_.contains(accepted_line(path, bytes));
}

Status Consent::propose(std::string_view path, std::string_view bytes) {
  waiting_.insert(std::string(path));
  if (auto made = make_private_folder(home_ + "/proposed"); !made) return made;
  auto root = Root::open(home_ + "/proposed");
  if (!root) return root.error();
  auto done = root->write(path, bytes, std::nullopt, false);
  return done ? Status() : Status(done.error());
}

void Consent::withdraw(std::string_view path) {
  waiting_.erase(std::string(path));
  auto root = Root::open(home_ + "/proposed");
  if (root) static_cast<void>(root->remove(path));
}

Result<std::vector<std::string>> accept_proposed(const std::string& home, const std::vector<std::string>& paths) {
  auto root = Root::open(home + "/proposed");
  if (!root) return error(ErrorCode::not_found, "no file waits to be accepted");
  std::vector<std::string> wanted = paths;
  if (wanted.empty()) collect_files(*root, "", wanted);
  if (wanted.empty()) return error(ErrorCode::not_found, "no file waits to be accepted");
  auto lines = read_accepted(home);
  for (const std::string& path : wanted) {
    auto file = root->read(path, 2 * max_file_bytes);
    if (!file) return file.error();
    if (!*file) return error(ErrorCode::not_found, path + " does not wait to be accepted");
    lines.insert(accepted_line(path, (*file)->bytes));
  }
  if (auto written = write_accepted(home, lines); !written) return written.error();
  return wanted;
}

}  // namespace tutti::mirror

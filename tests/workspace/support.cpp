#include "tests/workspace/support.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/support/catch.hpp"

namespace tutti::test {
namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "tutti-test-XXXXXX").string();
  path_ = mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void put(const std::string& file, std::string_view bytes) {
  fs::create_directories(fs::path(file).parent_path());
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
}

std::string get(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) return "<none>";
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

bool exists(const std::string& file) {
  std::error_code ignored;
  return fs::symlink_status(file, ignored).type() != fs::file_type::not_found;
}

std::map<std::string, std::string> tree(const std::string& folder) {
  std::map<std::string, std::string> files;
  std::error_code moving;  // the folder may not be there yet, or change while it is walked
  for (auto each = fs::recursive_directory_iterator(folder, moving); each != fs::recursive_directory_iterator();
       each.increment(moving)) {
    if (each->path().filename() == ".tutti") each.disable_recursion_pending();
    if (each->is_regular_file()) files[fs::relative(each->path(), folder).string()] = get(each->path().string());
  }
  return files;
}

std::vector<wire::DocumentInfo> FakeReplica::documents() const {
  std::vector<wire::DocumentInfo> out;
  for (const auto& [document, each] : held) out.push_back(each.info);
  return out;
}

std::optional<wire::DocumentInfo> FakeReplica::info(DocumentId document) const {
  const auto found = held.find(document);
  return found != held.end() ? std::optional(found->second.info) : std::nullopt;
}

std::optional<DocumentId> FakeReplica::find(std::string_view path) const {
  for (const auto& [document, each] : held) {
    if (each.info.path == path) return document;
  }
  return std::nullopt;
}

std::optional<text::Snapshot> FakeReplica::text(DocumentId document) const {
  const auto found = held.find(document);
  if (found == held.end() || !found->second.ready) return std::nullopt;
  return found->second.text.snapshot();
}

DocumentId FakeReplica::add(const std::string& path, std::string_view text, wire::Traits traits) {
  Held made;
  made.info.document = random_id<DocumentId>(random_);
  made.info.path = path;
  made.info.traits = traits;
  made.text = text::Rope(text);
  const DocumentId document = made.info.document;
  held.emplace(document, std::move(made));
  return document;
}

Result<DocumentId> FakeReplica::create(std::string path, wire::Traits traits, std::string_view text) {
  if (find(path)) return error(ErrorCode::conflict, "taken");
  return add(path, text, traits);
}

Status FakeReplica::edit(DocumentId document, const text::Delta& delta) {
  if (!writable) return error(ErrorCode::denied, "viewer");
  ++edits;
  apply(held.at(document).text, delta);
  return {};
}

Status FakeReplica::rename(DocumentId document, std::string path) {
  held.at(document).info.path = std::move(path);
  return {};
}

Status FakeReplica::erase(DocumentId document) {
  held.erase(document);
  return {};
}

void FakeReplica::substitute(const std::string& path, std::string_view old, std::string_view with) {
  Held& target = held.at(*find(path));
  std::string whole = target.text.str();
  const std::size_t at = whole.find(old);
  REQUIRE(at != std::string::npos);
  target.text = text::Rope(whole.replace(at, old.size(), with));
}

std::string FakeReplica::str(const std::string& path) const {
  const auto document = find(path);
  return document ? held.at(*document).text.str() : "<none>";
}

Bench::Bench(mirror::FolderOptions o, bool accept) : options(o), accept_guarded(accept) {
  Random random(3);
  session_id = random_id<SessionId>(random);
  put(disk / ".tutti/session.json", "{}");
}

void Bench::start() {
  const std::string home = disk / ".tutti";
  marks = std::make_unique<mirror::OpenMarks>(home + "/open");
  auto root = mirror::Root::open(disk.path());
  REQUIRE(root.ok());
  folder = std::make_unique<mirror::Folder>(
      *std::move(root), mirror::Index::load(home, session_id), mirror::Consent(home, accept_guarded), *marks, session, options,
      mirror::FolderCalls{[this](mirror::NoticeLevel, const std::string& words) { notices.push_back(words); }, {}});
  static_cast<void>(folder->work(now));
  folder->start();
  pass();
}

void Bench::stop() {
  folder->record();
  folder.reset();
}

void Bench::pass(std::int64_t ms) {
  constexpr int many = 2000;
  const Instant end = now + ms;
  for (int at_once = 0; now < end;) {
    const auto next = folder->work(now);
    at_once = next && *next <= now ? at_once + 1 : 0;
    if (at_once > many) FAIL("the folder is never done with what is due");
    now = next ? std::max(*next, now) : end;
  }
  now = end;
}

void Bench::settle(std::int64_t ms) {
  folder->look_at_everything();
  pass(ms);
}

bool Bench::noticed(std::string_view words) const {
  return std::any_of(notices.begin(), notices.end(),
                     [&](const std::string& each) { return each.find(words) != std::string::npos; });
}

}  // namespace tutti::test

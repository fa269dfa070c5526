#include "lsp-server/mirror/index.hpp"

#include <sodium.h>
#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "lsp-server/mirror/private_file.hpp"

namespace tutti::mirror {
namespace {

using nlohmann::json;

json to_json(const DocumentId& document, const IndexLine& line) {
  const Fingerprint& f = line.fingerprint;
  return {{"document", to_string(document)}, {"path", line.path}, {"inode", f.inode},       {"size", f.size},
          {"modified", f.modified_ns},       {"hash", line.hash}, {"changed", f.changed_ns}};
}

IndexLine line_from(const json& in) {
  return {in.at("path").get<std::string>(),
          {in.at("inode").get<std::uint64_t>(), in.at("size").get<std::uint64_t>(), in.at("modified").get<std::int64_t>(),
           in.at("changed").get<std::int64_t>()},
          in.at("hash").get<std::string>()};
}

}  // namespace

TextHash hash_text(std::string_view text) {
  std::array<unsigned char, 16> digest{};
  crypto_generichash(digest.data(), digest.size(), reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr,
                     0);
  std::array<char, 33> digits{};
  sodium_bin2hex(digits.data(), digits.size(), digest.data(), digest.size());
  return {digits.data(), 32};
}

Index Index::load(const std::string& home, SessionId session) {
  Index index(home, session);
  const auto bytes = read_private(home + "/index.json");
  if (!bytes || bytes->size() > max_bytes) return index;
  try {
    const json in = json::parse(*bytes);
    if (in.at("version") != 1 || in.at("session") != to_string(session)) return index;
    for (const json& line : in.at("files")) {
      const auto document = parse_id<DocumentId>(line.at("document").get<std::string>());
      if (document) index.lines_.emplace(*document, line_from(line));
    }
    for (const json& path : in.at("unshared")) index.unshared_.insert(path.get<std::string>());
    index.first_time_ = false;
  } catch (const json::exception&) {
    return Index(home, session);
  }
  return index;
}

Status Index::save() const {
  json files = json::array();
  for (const auto& [document, line] : lines_) files.push_back(to_json(document, line));
  const json out = {{"version", 1}, {"session", to_string(session_)}, {"files", files}, {"unshared", unshared_}};
  auto done = write_private(home_ + "/index.json", out.dump(0, ' ', false, json::error_handler_t::replace));
  if (done) dirty_ = false;
  return done;
}

std::optional<std::string> Index::base(DocumentId document) const {
  const auto line = lines_.find(document);
  if (line == lines_.end()) return std::nullopt;
  if (line->second.hash == hash_text("")) return std::string();
  auto text = read_private(base_file(document));
  if (!text || hash_text(*text) != line->second.hash) return std::nullopt;
  return text;
}

Status Index::put(DocumentId document, IndexLine line, std::string_view base) {
  const auto known = lines_.find(document);
  if (!base.empty() && (known == lines_.end() || known->second.hash != line.hash)) {
    auto made = make_private_folder(home_ + "/base");
    if (made) made = write_private(base_file(document), base);
    if (!made) return made;
  }
  lines_[document] = std::move(line);
  dirty_ = true;
  return {};
}

void Index::drop(DocumentId document) {
  if (lines_.erase(document) == 0) return;
  unlink(base_file(document).c_str());
  dirty_ = true;
}

void Index::set_unshared(std::string path, bool unshared) {
  if (unshared ? unshared_.insert(std::move(path)).second : unshared_.erase(path) > 0) dirty_ = true;
}

}  // namespace tutti::mirror

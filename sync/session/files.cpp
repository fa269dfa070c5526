#include "sync/session/files.hpp"

#include "protocol/base/planted.hpp"
#include "protocol/wire/bulk.hpp"
#include "sync/exchange/check.hpp"
#include "sync/exchange/convert.hpp"
#include "sync/exchange/path.hpp"

namespace tutti::session {

File* Files::find(DocumentId document) {
  const auto at = files_.find(document);
  return at == files_.end() ? nullptr : &at->second;
}

const File* Files::find(DocumentId document) const {
  const auto at = files_.find(document);
  return at == files_.end() ? nullptr : &at->second;
}

std::optional<DocumentId> Files::in_the_way(std::string_view path, DocumentId except) const {
  const std::string key = exchange::path_key(path);
  for (std::size_t slash = key.find('/'); slash != std::string::npos; slash = key.find('/', slash + 1)) {
    const auto above = keys_.find(std::string_view(key).substr(0, slash));
    if (above != keys_.end() && above->second != except) return above->second;
  }
  if (const auto same = keys_.find(key); same != keys_.end() && same->second != except) return same->second;
  const std::string folder = key + '/';
  for (auto below = keys_.lower_bound(folder); below != keys_.end() && below->first.starts_with(folder); ++below) {
    if (below->second != except) return below->second;
  }
  return std::nullopt;
}

Status Files::room_for(std::string_view path, const Limits& limits) const {
  if (keys_.size() >= limits.documents) return error(ErrorCode::limit, "The session holds as many files as it may.");
  if (files_.size() >= limits.documents_ever) {
    return error(ErrorCode::limit, "The session has had as many files, deleted ones too, as it may.");
  }
  if (path_bytes_ + path.size() > limits.path_bytes) {
    return error(ErrorCode::limit, "The paths of the session's files are too long, all taken together.");
  }
  return {};
}

File& Files::add(DocumentId document, File file) {
  if (!file.deleted) {
    keys_.emplace(exchange::path_key(file.path), document);
    path_bytes_ += file.path.size();
  }
  return files_.insert_or_assign(document, std::move(file)).first->second;
}

void Files::rename(DocumentId document, std::string path) {
  File& file = files_.at(document);
  keys_.erase(exchange::path_key(file.path));
  keys_.emplace(exchange::path_key(path), document);
  path_bytes_ = path_bytes_ - file.path.size() + path.size();
  file.path = std::move(path);
}

void Files::erase(DocumentId document) {
  File& file = files_.at(document);
  keys_.erase(exchange::path_key(file.path));
  path_bytes_ -= file.path.size();
  file.deleted = true;
  forget(file);
}

const Encoded& Files::encode(DocumentId document, File& file, Extent extent, std::uint64_t tail, const Limits& limits) {
  if (cached_ >= limits.cached_bytes) {
    for (auto& [id, other] : files_) forget(other);
  }
  Encoded& encoded = file.encoded.at(static_cast<std::size_t>(extent));
  cached_ -= encoded.bytes;
  encoded = {{}, 0, file.text.known()};
  const std::string bytes = extent == Extent::text ? file.text.encode_text(tail) : file.text.encode();
  for (std::string& frame : wire::encode_history(document, bytes)) {
    encoded.bytes += frame.size();
    encoded.frames.push_back(Turn::share(std::move(frame)));
  }
  cached_ += encoded.bytes;
  return encoded;
}

void Files::forget(File& file) {
  for (Encoded& encoded : file.encoded) {
    cached_ -= encoded.bytes;
    encoded = {};
  }
}

std::vector<wire::DocumentInfo> Files::live() const {
  std::vector<wire::DocumentInfo> list;
  list.reserve(keys_.size());
  for (const auto& [id, file] : files_) {
    if (!file.deleted) list.push_back(describe(id, file));
  }
  if (planted(Bug::file_unlisted) && list.size() > 1) list.pop_back();
  return list;
}

wire::DocumentInfo describe(DocumentId document, const File& file) {
  wire::DocumentInfo info;
  info.document = document;
  info.path = file.path;
  info.traits = file.traits;
  info.chars = file.text.text().size().value;
  info.known = exchange::to_wire(file.text.known());
  info.hash = exchange::hash_of(file.text);
  return info;
}

merge::Limits merge_limits(const Limits& limits) {
  merge::Limits merge;
  merge.document_chars = limits.document_chars;
  return merge;
}

}  // namespace tutti::session

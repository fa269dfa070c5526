#include "lsp-server/workspace/link_file.hpp"

#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "lsp-server/mirror/private_file.hpp"
#include "sync/net/url.hpp"

namespace tutti::workspace {
namespace {

using nlohmann::json;

constexpr std::size_t max_secret = 256;

std::string link_path(const std::string& folder) {
  return folder + "/.tutti/session.json";
}

bool is_file(const std::string& path) {
  struct stat status {};
  return lstat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

}  // namespace

std::optional<std::string> linked_folder(std::string_view path) {
  std::string folder(path);
  while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
  while (!folder.empty()) {
    if (is_file(link_path(folder == "/" ? "" : folder))) return folder;
    if (folder == "/") break;
    folder.resize(folder.rfind('/'));
  }
  return std::nullopt;
}

Result<LinkFile> read_link_file(const std::string& folder) {
  const auto bytes = mirror::read_private(link_path(folder));
  if (!bytes)
    return error(ErrorCode::not_found, folder + " is not linked to a session; `tutti share` or `tutti join` links it");
  try {
    const json in = json::parse(*bytes);
    LinkFile link;
    const auto session = parse_id<SessionId>(in.at("session").get<std::string>());
    const auto participant = parse_id<ParticipantId>(in.at("participant").get<std::string>());
    link.hub = in.at("hub").get<std::string>();
    link.token = in.at("token").get<std::string>();
    link.name = in.value("name", "");
    link.role = in.value("role", "");
    link.session_name = in.value("session_name", "");
    link.hubs = in.value("hubs", std::vector<std::string>());
    if (session && participant && net::parse_url(link.hub)) {
      link.session = *session;
      link.participant = *participant;
      return link;
    }
  } catch (const json::exception&) {
    // Falls through to the one message: what exactly is wrong with the file helps nobody.
  }
  return error(ErrorCode::corrupt, link_path(folder) + " cannot be read; remove the folder .tutti and join again");
}

Status write_link_file(const std::string& folder, const LinkFile& link) {
  if (auto made = mirror::make_private_folder(folder + "/.tutti"); !made) return made;
  if (auto done = mirror::write_private(folder + "/.tutti/.gitignore", "*\n"); !done) return done;
  const json out = {{"hub", link.hub},
                    {"session", to_string(link.session)},
                    {"participant", to_string(link.participant)},
                    {"token", link.token},
                    {"name", link.name},
                    {"role", link.role},
                    {"session_name", link.session_name},
                    {"hubs", link.hubs}};
  return mirror::write_private(link_path(folder), out.dump(2, ' ', false, json::error_handler_t::replace) + "\n");
}

Status remove_link(const std::string& folder) {
  std::error_code problem;
  std::filesystem::remove_all(folder + "/.tutti", problem);
  if (problem && problem != std::errc::no_such_file_or_directory)
    return error(ErrorCode::io, "cannot remove " + folder + "/.tutti: " + problem.message());
  return {};
}

Result<InviteLink> parse_invite(std::string_view link) {
  while (link.ends_with(' ') || link.ends_with('\n') || link.ends_with('\r')) link.remove_suffix(1);
  const Error wrong =
      error(ErrorCode::invalid, "this is not a link into a session; one looks like https://HOST/s/SESSION#SECRET");
  const std::size_t hash = link.find('#');
  if (hash == std::string_view::npos) {
    if (link.find("/s/") == std::string_view::npos) return wrong;
    return error(ErrorCode::invalid, "the part of the link behind # is missing; in a shell, put the link in quotes");
  }
  const std::string_view address = link.substr(0, hash), secret = link.substr(hash + 1);
  const std::size_t at = address.rfind("/s/");
  if (at == std::string_view::npos || secret.empty() || secret.size() > max_secret) return wrong;
  const auto session = parse_id<SessionId>(address.substr(at + 3));
  const std::string hub(address.substr(0, at));
  if (!session || !net::parse_url(hub) || !(hub.starts_with("http://") || hub.starts_with("https://"))) return wrong;
  return InviteLink{hub, *session, std::string(secret)};
}

}  // namespace tutti::workspace

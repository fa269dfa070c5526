#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/base/result.hpp"
#include "protocol/base/uuid.hpp"

namespace tutti::workspace {

/// `.tutti/session.json` (0600): what makes a folder part of a session. Holds the participant's token: never logged, never
/// shared.
struct LinkFile {
  std::string hub;  ///< base URL, "https://hub.example"
  SessionId session;
  ParticipantId participant;
  std::string token;
  std::string name;               ///< the person's
  std::string role;               ///< as of the join; the hub says the present one at every connection
  std::string session_name;       ///< for messages
  std::vector<std::string> hubs;  ///< where to look when `hub` does not serve, as the hub said last
};

/// Walks up from `path` (absolute; file or folder, need not exist) to the first folder that holds `.tutti/session.json`.
[[nodiscard]] std::optional<std::string> linked_folder(std::string_view path);
/// `not_found` when the folder is not linked, `corrupt` when the file cannot be read as one.
[[nodiscard]] Result<LinkFile> read_link_file(const std::string& folder);
/// Makes `.tutti`, its `.gitignore`, and the file, whole or not at all.
[[nodiscard]] Status write_link_file(const std::string& folder, const LinkFile& link);
/// Removes `.tutti` from the folder; the files stay.
[[nodiscard]] Status remove_link(const std::string& folder);

/// http(s)://HOST/s/SESSION#SECRET taken apart.
struct InviteLink {
  std::string hub;
  SessionId session;
  std::string secret;
};
[[nodiscard]] Result<InviteLink> parse_invite(std::string_view link);

}  // namespace tutti::workspace

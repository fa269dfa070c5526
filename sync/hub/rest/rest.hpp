#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "sync/hub/rest/call.hpp"
#include "sync/hub/rest/problem.hpp"

// What the route families share. Included by them only: it brings nlohmann/json with it.
namespace tutti::hub::rest {

using Json = nlohmann::json;

/// `denied` without a valid bearer token.
[[nodiscard]] Result<Asker> asker(const Call& call, store::Store& store);
/// The bearer token as sent; empty without one.
[[nodiscard]] std::string_view bearer(const Call& call);
/// The id that stands at `part` of the path; `not_found` for what cannot be one.
template <class Id>
Result<Id> id_at(const Call& call, std::size_t part) {
  auto id = parse_id<Id>(call.parts.at(part));
  return id ? id : Result<Id>(error(ErrorCode::not_found, "There is nothing of this name."));
}
/// The asker as a participant of the session that the path names first, with at least this role. `not_found` for strangers,
/// so that they do not learn which sessions exist.
[[nodiscard]] Result<store::ParticipantRow> member(const Call& call, store::Store& store, wire::Role least);

/// The body as an object; an empty body is an empty object.
[[nodiscard]] Result<Json> body(const Call& call);
/// A field of that type if present. `invalid`, naming the field, for another type, or a string above `longest` bytes.
[[nodiscard]] Result<std::optional<std::string>> text_field(const Json& body, const char* name, std::size_t longest);
[[nodiscard]] Result<std::optional<std::int64_t>> number_field(const Json& body, const char* name, std::int64_t least,
                                                               std::int64_t most);
[[nodiscard]] Result<std::optional<bool>> flag_field(const Json& body, const char* name);
[[nodiscard]] Result<std::optional<wire::Role>> role_field(const Json& body, const char* name);

/// The name under which a user takes part. On a hub that only this machine reaches people are called what they say, and the hub
/// remembers it; on any other, what its operator calls them.
[[nodiscard]] Result<std::string> called(const Call& call, store::Store& store, store::UserRow user,
                                         const std::optional<std::string>& wish);

[[nodiscard]] Answer reply(int status, const Json& body);
[[nodiscard]] Answer nothing();  ///< 204
[[nodiscard]] Answer refuse(const Error& error);

/// Seconds as RFC 3339, UTC.
[[nodiscard]] std::string time_text(store::UnixSeconds seconds);
[[nodiscard]] Json time_or_null(const std::optional<store::UnixSeconds>& seconds);

/// Fresh tokens for a participant, and the rows that admit them.
struct Papers {
  std::string token;   ///< bearer, bound to the session
  std::string ticket;  ///< single use, for the WebSocket
  std::vector<store::TokenRow> rows;
};
[[nodiscard]] Papers papers(SessionId session, ParticipantId user, store::UnixSeconds now);
[[nodiscard]] store::TokenRow token_row(const store::TokenHash& hash, store::TokenKind kind, store::UnixSeconds now);

inline constexpr std::size_t longest_name = 255;
inline constexpr std::size_t longest_person = wire::kParticipantNameMax;
inline constexpr store::UnixSeconds link_life = 7 * 86'400;
inline constexpr store::UnixSeconds longest_life = 365 * 86'400;
inline constexpr store::UnixSeconds ticket_life = 30;
/// How long somebody may stay away and still be who they were.
inline constexpr store::UnixSeconds participant_life = 90 * 86'400;

}  // namespace tutti::hub::rest

#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "lsp-server/link/link.hpp"
#include "protocol/wire/collab.hpp"
#include "sync/peer/peer.hpp"

// The wire's structs and the rooms' own.
namespace tutti::lsp {

[[nodiscard]] text::Place to_place(const collab::Position& position);
/// LSP's own `Position`; throws what the library throws when it is none.
[[nodiscard]] text::Place read_place(const nlohmann::json& position);
[[nodiscard]] collab::Position to_position(text::Place place);
[[nodiscard]] link::Edit to_link(collab::EditParams params);
[[nodiscard]] collab::EditParams to_wire(std::string uri, link::Edit edit);
[[nodiscard]] collab::DocumentState to_wire(peer::DocumentState state);
[[nodiscard]] collab::Connection to_wire(peer::Link link);
/// `viewer` for a word that is no role.
[[nodiscard]] collab::Role role_of(std::string_view word);

}  // namespace tutti::lsp

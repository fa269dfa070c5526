#include "lsp-server/server/convert.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace tutti::lsp {

text::Place to_place(const collab::Position& position) {
  return {position.line, position.character};
}

text::Place read_place(const nlohmann::json& position) {
  return {position.at("line").get<std::uint32_t>(), position.at("character").get<std::uint32_t>()};
}

collab::Position to_position(text::Place place) {
  return {place.line, place.column};
}

link::Edit to_link(collab::EditParams params) {
  link::Edit edit{params.epoch, params.revision, params.seen, {}, params.final_newline, link::Cause::none};
  edit.replacements.reserve(params.edits.size());
  for (collab::TextEdit& e : params.edits) {
    edit.replacements.push_back({to_place(e.range.start), to_place(e.range.end), std::move(e.new_text)});
  }
  return edit;
}

collab::EditParams to_wire(std::string uri, link::Edit edit) {
  collab::EditParams params;
  params.text_document.uri = std::move(uri);
  params.epoch = edit.epoch;
  params.revision = edit.revision;
  params.seen = edit.seen;
  params.final_newline = edit.final_newline;
  if (edit.cause != link::Cause::none) {
    params.cause = edit.cause == link::Cause::undo ? collab::Cause::undo : collab::Cause::redo;
  }
  params.edits.reserve(edit.replacements.size());
  for (link::Replacement& r : edit.replacements) {
    params.edits.push_back({{to_position(r.from), to_position(r.to)}, std::move(r.text)});
  }
  return params;
}

collab::DocumentState to_wire(peer::DocumentState state) {
  switch (state) {
    case peer::DocumentState::fetching:
      return collab::DocumentState::fetching;
    case peer::DocumentState::synced:
      return collab::DocumentState::synced;
    case peer::DocumentState::pending:
      return collab::DocumentState::pending;
    case peer::DocumentState::offline:
      return collab::DocumentState::offline;
    case peer::DocumentState::unsaved:
      return collab::DocumentState::unsaved;
    case peer::DocumentState::diverged:
      return collab::DocumentState::diverged;
    case peer::DocumentState::repaired:
      return collab::DocumentState::repaired;
  }
  return collab::DocumentState::offline;
}

collab::Connection to_wire(peer::Link link) {
  switch (link) {
    case peer::Link::offline:
      return collab::Connection::offline;
    case peer::Link::connecting:
      return collab::Connection::connecting;
    case peer::Link::online:
      return collab::Connection::online;
    case peer::Link::stopped:
      return collab::Connection::stopped;
  }
  return collab::Connection::offline;
}

collab::Role role_of(std::string_view word) {
  return wire::parse_role(word).value_or(wire::Role::viewer);
}

}  // namespace tutti::lsp

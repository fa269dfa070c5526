#pragma once

#include "lsp-server/server/documents.hpp"
#include "protocol/wire/collab.hpp"

// Others' carets, in the places of an editor.
namespace tutti::lsp {

[[nodiscard]] collab::Range range_in(const EditorDocument& document, const wire::Selection& selection);
/// Of a document that has joined.
[[nodiscard]] collab::CursorsParams cursors_in(const EditorDocument& document);

}  // namespace tutti::lsp

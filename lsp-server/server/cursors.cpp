#include "lsp-server/server/cursors.hpp"

#include <algorithm>
#include <utility>

#include "lsp-server/server/convert.hpp"

namespace tutti::lsp {

collab::Range range_in(const EditorDocument& document, const wire::Selection& selection) {
  return {to_position(document.editor_place(text::Chars(selection.anchor))),
          to_position(document.editor_place(text::Chars(selection.head)))};
}

collab::CursorsParams cursors_in(const EditorDocument& document) {
  collab::CursorsParams params{{document.uri}, {}};
  const auto people = document.room->participants();
  for (const peer::Cursor& cursor : document.room->cursors(*document.id)) {
    const auto who = std::find_if(people.begin(), people.end(), [&](const auto& p) { return p.id == cursor.participant; });
    if (who == people.end() || cursor.selections.empty()) continue;
    collab::RemoteCursor remote{who->id, who->name, who->color, who->kind, {}};
    for (const wire::Selection& selection : cursor.selections) remote.selections.push_back(range_in(document, selection));
    params.cursors.push_back(std::move(remote));
  }
  return params;
}

}  // namespace tutti::lsp

#pragma once

#include "sync/text/delta.hpp"

namespace tutti::link {

struct Rebased {
  text::Delta mine, theirs;
};

/// Each as it is after the other. The editor's own text stands left of others' at the same place, so that its caret stays put.
[[nodiscard]] inline Rebased rebase(const text::Delta& editor, const text::Delta& others, text::Left left = text::Left::mine) {
  const text::Left other = left == text::Left::mine ? text::Left::theirs : text::Left::mine;
  return {text::transform(editor, others, left), text::transform(others, editor, other)};
}

}  // namespace tutti::link

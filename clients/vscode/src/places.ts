// Places in a text that changes: where a range is after an edit.
import type { Position, Range, TextEdit } from './protocol';

export const isBefore = (a: Position, b: Position) => a.line < b.line || (a.line === b.line && a.character < b.character);

function endOf(edit: TextEdit): Position {
  const lines = edit.newText.split(/\r\n|\r|\n/);
  const last = lines[lines.length - 1]!.length;
  const { line, character } = edit.range.start;
  return lines.length === 1 ? { line, character: character + last } : { line: line + lines.length - 1, character: last };
}

/** Where `place` is after `edit`; a place inside what was replaced goes to the end of the replacement. */
export function movedPlace(place: Position, edit: TextEdit): Position {
  const { start, end } = edit.range;
  if (isBefore(place, end) && !isBefore(start, place)) return place;
  const to = endOf(edit);
  if (isBefore(place, end)) return to;
  if (place.line > end.line) return { line: place.line + to.line - end.line, character: place.character };
  return { line: to.line, character: to.character + place.character - end.character };
}

/** `edits` all relate to the text before them, and do not overlap; the last in the text is moved over first. */
export function movedRange(range: Range, edits: TextEdit[]): Range {
  const backwards = [...edits].sort((a, b) => (isBefore(a.range.start, b.range.start) ? 1 : -1));
  return backwards.reduce((moved, edit) => ({ start: movedPlace(moved.start, edit), end: movedPlace(moved.end, edit) }), range);
}

// The link's rules, one table line each: what happened, and what is to be done. `s1:0` is a server edit of revision 1 that has seen
// 0 edits of ours; `k9` is a change of the document at version 9.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Link, type Effect, type Event } from '../../clients/vscode/src/link';

const at = { line: 0, character: 0 };
const edits = [{ range: { start: at, end: at }, newText: 'x' }];
const elsewhere = [{ range: { start: { line: 7, character: 0 }, end: { line: 7, character: 1 } }, newText: '' }];
let tries = 0;

function event(word: string): Event {
  const [head = '', tail = ''] = word.split(':');
  const number = Number(head.slice(1));
  if (word.length > 3 && !tail) return { kind: word } as Event;
  switch (head[0]) {
    case 'k': return { kind: 'changed', version: number, edits };
    case 'f': return { kind: 'changed', version: number, edits: elsewhere };
    case 'a': return { kind: 'asked', question: number };
    case 'w': return { kind: 'tried', number: tries, accepted: true, version: number };
    case 'l': return { kind: 'tried', number: tries - 1, accepted: false, version: number };
    case 'r': return { kind: 'reloaded', version: number };
    case 's': return { kind: 'received', edit: { textDocument: { uri: 'u' }, epoch: Number(tail.split('@')[1] ?? 1), revision: number, seen: Number(tail.split('@')[0]), edits } };
    case 'e': return { kind: 'received', edit: { textDocument: { uri: 'u' }, epoch: 1, revision: number, seen: Number(tail), edits: [] } };
    case 'o': return { kind: 'opened', epoch: number };
    case 'y': return { kind: 'tried', number: tries, accepted: true, version: number };
    case 'n': return { kind: 'tried', number: tries, accepted: false, version: number };
    case 'q': return { kind: 'resync', epoch: number };
    default: return { kind: word } as Event;
  }
}

function word(effect: Effect): string {
  switch (effect.kind) {
    case 'edit': return `edit ${effect.revision}:${effect.seen}${effect.epoch === 1 ? '' : `@${effect.epoch}`}`;
    case 'ack': return `ack ${effect.seen}`;
    case 'open': return 'open';
    case 'try':
      tries = effect.number;
      return effect.way === 'editor' ? 'try' : 'try behind';
    case 'ask': return `ask ${effect.question}`;
    default: return effect.kind;
  }
}

const says = (link: Link, words: string) => words.split(' ').filter(Boolean).flatMap((one) => link.step(event(one)).map(word)).join(', ');

const table: [name: string, given: string, expected: string][] = [
  ['own changes are counted', 'k1 k2', 'edit 1:0, edit 2:0'],
  ['an edit that fits is tried', 's1:0', 'try'],
  ['its echo is not told', 's1:0 k2 y1', 'try, ack 1, landed'],
  ['the next own change has seen it', 's1:0 k2 y1 k3', 'try, ack 1, landed, edit 1:1'],
  ['typing behind the echo is told behind the ack', 's1:0 k2 k3 y1', 'try, ack 1, landed, edit 1:1'],
  ['refused: what was held is typing, and the edit is dropped', 's1:0 k2 n1', 'try, edit 1:0'],
  ['it comes again under the same number', 's1:0 k2 n1 s1:1', 'try, edit 1:0, try'],
  ['a change older than the try is no echo', 's1:0 k1 k2 y1', 'try, edit 1:0, ack 1, landed'],
  ['one that has not seen all is dropped', 'k1 s1:0', 'edit 1:0'],
  ['one that has seen too much is dropped', 's1:1', ''],
  ['a number that was had is dropped', 's1:0 k2 y1 s1:0', 'try, ack 1, landed'],
  ['a number too far is dropped', 's2:0', ''],
  ['another epoch is dropped', 's1:0@2', ''],
  ['an edit of nothing is acknowledged at once', 'e1:0 k1', 'ack 1, landed, edit 1:1'],
  ['one is tried at a time; the next waits', 's1:0 s2:0 k2 y1', 'try, ack 1, landed, try'],
  ['refused for no reason: tried again', 's1:0 n1', 'try, try'],
  ['accepted, and nothing happened: a refusal', 's1:0 y1', 'try, try'],
  ['after three refusals it goes past the editor', 's1:0 n1 n1 n1', 'try, try, try, try behind'],
  ['then at a slower pace', 's1:0 n1 n1 n1 n1 again', 'try, try, try, try behind, wait, try behind'],
  ['a key ends the waiting', 's1:0 n1 n1 n1 n1 k2 s1:1', 'try, try, try, try behind, wait, edit 1:0, try'],
  ['past the editor two changes cannot be told apart', 's1:0 n1 n1 n1 k2 k3 y1', 'try, try, try, try behind, open'],
  ['past the editor one change is the echo', 's1:0 n1 n1 n1 k2 y1', 'try, try, try, try behind, ack 1, landed'],
  ['a reload is an opening', 'r2 o2 k3', 'open, edit 1:0@2'],
  ['a reload during a try waits for it', 's1:0 r2 n1', 'try, open'],
  ['a landed edit before a reload is acknowledged', 's1:0 k2 r3 y1', 'try, ack 1, landed, open'],
  ['what was typed before a reload is told first', 's1:0 k2 r3 k4 n1', 'try, edit 1:0, open'],
  ['a resync is an opening', 'q1', 'open'],
  ['a resync of another epoch is nothing', 'q2', ''],
  ['a save is told in its place', 's1:0 k2 saved k3 y1', 'try, ack 1, landed, save, edit 1:1'],
  ['without a server nothing is told', 'disconnected k2 s1:0 saved r3', ''],
  ['another server: everything from the beginning', 'k1 disconnected connected o1 k2', 'edit 1:0, open, edit 1:0'],
  ['another server during a try: opened once it is known what the text is', 's1:0 disconnected connected k2 y1 o1 k3', 'try, open, edit 1:0'],
  ['a change elsewhere is a refusal at once; the answer to it counts for nothing', 's1:0 f2 s1:1 l1 k3 y2', 'try, edit 1:0, try, ack 1, landed'],
  ['behind a change that may be the echo nothing is sure', 's1:0 k2 f3 y1', 'try, ack 1, landed, edit 1:1'],
  ['past the editor a change elsewhere proves nothing', 's1:0 n1 n1 n1 f2 n1', 'try, try, try, try behind, wait, edit 1:0'],
  ['a refusal that was none: nobody knows the text, so it is opened again', 's1:0 f2 w1', 'try, edit 1:0, open'],
  ['what is asked is asked, also when a reload comes before it', 's1:0 r2 a7 n1', 'try, open, ask 7'],
  ['what is asked during a try waits in its place', 's1:0 k2 a7 k3 n1', 'try, edit 1:0, ask 7, edit 2:0'],
  ['what is asked else is asked at once', 'k1 a7 k2', 'edit 1:0, ask 7, edit 2:0'],
  ['an answer nobody waits for', 'y1', ''],
];

for (const [name, given, expected] of table) {
  test(name, () => {
    const link = new Link();
    assert.equal(says(link, 'connected'), 'open');
    assert.equal(says(link, 'o1'), '');
    assert.equal(says(link, given), expected);
  });
}

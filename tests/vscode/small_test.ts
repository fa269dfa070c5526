import assert from 'node:assert/strict';
import { test } from 'node:test';
import { colorIndex, lightened, palette, translucent } from '../../clients/vscode/src/colors';
import { editorLink, hostOf, invitationIn, isInvitation } from '../../clients/vscode/src/invitation';
import { movedPlace } from '../../clients/vscode/src/places';

const place = (text: string) => ({ line: Number(text.split(':')[0]), character: Number(text.split(':')[1]) });

const moves: [name: string, at: string, from: string, to: string, text: string, expected: string][] = [
  ['before the edit', '0:2', '0:5', '0:6', 'abc', '0:2'],
  ['at an insert: behind it', '0:5', '0:5', '0:5', 'abc', '0:8'],
  ['at the beginning of what goes: stays', '0:5', '0:5', '0:7', 'abc', '0:5'],
  ['inside what goes: its end', '0:6', '0:5', '0:7', 'abc', '0:8'],
  ['behind, on the line', '0:9', '0:5', '0:7', '', '0:7'],
  ['behind, on the line, lines come', '0:9', '0:5', '0:7', 'a\nbc', '1:4'],
  ['behind, on the line, CRLF comes', '0:9', '0:5', '0:7', 'a\r\nbc', '1:4'],
  ['lines below, lines come', '4:1', '0:5', '0:5', '\n\n', '6:1'],
  ['lines below, lines go', '4:1', '0:5', '2:0', '', '2:1'],
  ['on the last line that goes', '2:3', '0:5', '2:1', '', '0:7'],
];
for (const [name, at, from, to, newText, expected] of moves) {
  test(`a place ${name}`, () => {
    assert.deepEqual(movedPlace(place(at), { range: { start: place(from), end: place(to) }, newText }), place(expected));
  });
}

const link = 'https://hub.example.org:7420/s/3f0c#tutti_l_a+c';
const invitations: [name: string, path: string, query: string, fragment: string, expected: string | undefined][] = [
  ['encoded', '/join', `link=${encodeURIComponent(link)}`, '', link],
  ['decoded once by VS Code', '/join', 'link=https://h/s/1#x', '', 'https://h/s/1#x'],
  ['the secret as the fragment', '/join', 'link=https://h/s/1', 'x', 'https://h/s/1#x'],
  ['another path', '/leave', 'link=https://h/s/1#x', '', undefined],
  ['without a secret', '/join', 'link=https://h/s/1', '', undefined],
  ['another scheme inside', '/join', 'link=file:///etc/passwd#x', '', undefined],
  ['another query', '/join', 'folder=/etc', '', undefined],
  ['a broken encoding', '/join', 'link=https%3A%2F%2Fh%2Fs%2F1%23%', '', undefined],
];
for (const [name, path, query, fragment, expected] of invitations) {
  test(`an invitation, ${name}`, () => assert.equal(invitationIn(path, query, fragment), expected));
}

test('an invitation goes into an editor link and comes out', () => {
  const url = new URL(editorLink(link, 'vscode'));
  assert.equal(url.host, 'tutti.tutti');
  assert.equal(invitationIn(url.pathname, url.search.slice(1), ''), link);
  assert.ok(isInvitation(` ${link}\n`));
  assert.equal(hostOf(link), 'hub.example.org:7420');
});

test('colours', () => {
  assert.equal(lightened('#000000', 0.5), '#808080');
  assert.equal(translucent('#102030', 1), '#102030ff');
  assert.deepEqual([0, 15, 16, -1].map(colorIndex), [0, 15, 0, 15]);
});

// Contrast as WCAG counts it: text 4.5, and 3 for a mark that has to be seen.
function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16) / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
}
function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}
for (const hex of palette) {
  test(`${hex} is legible on light and on dark`, () => {
    assert.ok(contrast(hex, '#ffffff') >= 4.5, 'a name, and a caret on light');
    assert.ok(contrast(lightened(hex, 0.4), '#1f1f1f') >= 3, 'a caret on dark');
  });
}

import assert from 'node:assert/strict';
import {test} from 'node:test';
import type {DocumentState, StatusParams} from '../../clients/vscode/src/protocol';
import {summary, wordsFor} from '../../clients/vscode/src/words';

const document = (state: DocumentState, pending = 0) => ({uri: 'file:///a', state, pending});
const status = (connection: StatusParams['connection'], pending = 0): StatusParams => ({connection, pending, documents: []});

const standings: [state: DocumentState, pending: number, expected: string][] = [
  ['fetching', 0, 'fetching'],
  ['synced', 0, 'synced'],
  ['pending', 2, '2 pending'],
  ['offline', 2, 'offline'],
  ['unsaved', 2, 'not saved on the hub'],
  ['diverged', 0, 'diverged'],
  ['repaired', 0, 'repaired'],
];
for (const [state, pending, expected] of standings) {
  test(`a file that is ${state}, in words`, () => assert.equal(wordsFor(document(state, pending)), expected));
}

test('the status bar says who is here, how the file in front stands, and what else is not safe yet', () => {
  assert.equal(summary(status('online'), 2), '2 here');
  assert.equal(summary(status('online'), 2, document('synced')), '2 here, synced');
  assert.equal(summary(status('online', 3), 2, document('pending', 3)), '2 here, 3 pending');
  assert.equal(summary(status('online', 3), 2, document('unsaved', 1)), '2 here, not saved on the hub, 3 pending');
  assert.equal(summary(status('online'), 1, document('diverged')), '1 here, diverged');
  assert.equal(summary(status('offline', 3), 2, document('offline', 3)), 'offline, 3 pending');
  assert.equal(summary(status('connecting'), 2), 'connecting…');
});

// How things stand, in the words that a person would use.
import type { DocumentStatus, StatusParams } from './protocol';

/** A document in a few words. */
export function wordsFor({ state, pending }: DocumentStatus): string {
  if (state === 'pending') return `${pending} pending`;
  return state === 'unsaved' ? 'not saved on the hub' : state;
}

/** One short text: who is here, how the file in front stands, and what of other files is not safe yet. */
export function summary({ connection, pending }: StatusParams, people: number, front?: DocumentStatus): string {
  if (connection === 'connecting') return 'connecting…';
  const rest = pending > 0 ? `${pending} pending` : undefined;
  if (connection !== 'online') return [connection, rest].filter(Boolean).join(', ');
  return [`${people} here`, front && wordsFor(front), front?.state === 'pending' ? undefined : rest].filter(Boolean).join(', ');
}

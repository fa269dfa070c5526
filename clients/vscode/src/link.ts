// The editor's half of the editor link, for one document: no merging, two counters, and the courage to drop.
//
//     document ──changed──▶ ┌──────┐ ──edit {epoch, revision: mine, seen: theirs}──▶ tutti lsp
//              ◀───try────  │ Link │ ◀──received, kept only if epoch, seen and revision all fit
//              ──tried────▶ └──────┘ ──ack {epoch, seen: theirs}──▶
//
// VS Code applies an edit only later, and refuses it when a key came first. So one edit is tried at a time, and what the document
// tells meanwhile is held, in order, until it is known how the try went:
//
//     accepted   the first change held that is newer than the try is its echo, and counts as the server's; the others are typing
//     refused    all of them are typing; then the edit does not fit any more, is dropped, and comes again, rebased
//
// A refusal is often known before it is told: VS Code applies a try only to the version that it was made for, so when the first change
// that comes touches nothing of what the try would, a key came first. A window that is busy with keys tells a refusal hundreds of
// milliseconds later; the next try does not wait for that.
//
// While somebody types fast, refusal is the normal path. The order of messages is the proof: VS Code tells a change before it
// answers the try that made it. Comparing texts or edits would prove less, since a person can type the same text and VS Code
// splits edits before it tells of them.
//
// No I/O here: `step` takes what happened and returns what is to be done, in order. docs/PROTOCOL.md has the rules of collab/edit.
import { isBefore } from './places';
import type { Cause, EditParams, TextEdit } from './protocol';

/** How an edit is tried: in an editor that shows the document, which proves the version, or in the document behind all editors. */
export type Way = 'editor' | 'document';

export type Event =
  /** The document is to be open at the server; it is another server when it was open at one before. */
  | { kind: 'connected' }
  /** Answer to the effect `open`, in the same turn in which the text was read. */
  | { kind: 'opened'; epoch: number }
  | { kind: 'disconnected' }
  | { kind: 'changed'; version: number; edits: TextEdit[] }
  /** The text was read from the disk again. */
  | { kind: 'reloaded'; version: number }
  | { kind: 'saved' }
  | { kind: 'received'; edit: EditParams }
  | { kind: 'resync'; epoch: number }
  /** Something is to be asked of the server, about the text as the person sees it now. */
  | { kind: 'asked'; question: number }
  /** Answer to the effect `try`; `version` is the document's when it began. */
  | { kind: 'tried'; number: number; accepted: boolean; version: number }
  /** Answer to the effect `wait`, or an editor shows the document now. */
  | { kind: 'again' };

export type Effect =
  /** Read the text, send `didOpen`, give `opened`. What was open is closed by it: a `didClose` before it would leave the server a
   *  moment in which the file is nobody's, and it would write others' text to the disk under the editor. */
  | { kind: 'open' }
  | { kind: 'edit'; epoch: number; revision: number; seen: number; edits: TextEdit[] }
  | { kind: 'ack'; epoch: number; seen: number }
  | { kind: 'save' }
  | { kind: 'try'; number: number; edits: TextEdit[]; way: Way }
  | { kind: 'landed'; edits: TextEdit[]; cause?: Cause }
  /** All that the person did before they asked was sent. */
  | { kind: 'ask'; question: number }
  | { kind: 'wait'; ms: number };

type Held = Extract<Event, { kind: 'changed' | 'reloaded' | 'saved' | 'resync' | 'asked' }>;
interface Try {
  number: number;
  edit: EditParams;
  way: Way;
}

/** So many refusals for no visible reason (a read-only editor), and the edit goes past the editor. */
const patience = 3;
const retryMs = 200;

const isContent = (held: Held) => held.kind === 'changed' || held.kind === 'reloaded';

export class Link {
  private open = false;
  private wanted = false;
  private epoch = 0;
  /** Own edits in this epoch. */
  private mine = 0;
  /** The server's edits applied in this epoch. */
  private theirs = 0;
  /** The server has one edit in flight, so a newer one replaces it. */
  private next: EditParams | undefined;
  private trying: Try | undefined;
  private tries = 0;
  /** Tries that are not answered yet and must have been refused. */
  private readonly refusedUnsaid = new Set<number>();
  private held: Held[] = [];
  private refusals = 0;
  private waiting = false;
  private effects: Effect[] = [];

  step(event: Event): Effect[] {
    this.on(event);
    return this.effects.splice(0);
  }

  get isOpen(): boolean {
    return this.open;
  }

  private on(event: Event): void {
    switch (event.kind) {
      case 'connected': return this.connect();
      case 'opened': return this.begin(event.epoch);
      case 'disconnected': return this.lose();
      case 'received': return this.receive(event.edit);
      case 'tried': return this.tried(event);
      case 'again':
        this.waiting = false;
        return this.pump();
      default: return this.tell(event);
    }
  }

  // ---- opening

  // A text that is read during a try may or may not have the tried edit in it: the echo would be taken for typing.
  private connect(): void {
    this.wanted = true;
    if (!this.trying) this.effects.push({ kind: 'open' });
  }

  private begin(epoch: number): void {
    Object.assign(this, { open: true, wanted: false, epoch, mine: 0, theirs: 0, next: undefined, held: [], refusals: 0, waiting: false });
  }

  private lose(): void {
    Object.assign(this, { open: false, wanted: false, next: undefined, held: [] });
  }

  // ---- from the document

  private tell(event: Held): void {
    if (!this.trying || (!this.open && event.kind === 'asked')) return this.pass(event);
    if (!this.open) return;
    this.held.push(event);
    if (!this.isRefused(this.trying, event)) return;
    this.refusedUnsaid.add(this.trying.number);
    this.settle(false, 0);
  }

  private isRefused({ edit, way }: Try, event: Held): boolean {
    if (way !== 'editor' || event.kind !== 'changed' || this.held.filter(isContent).length > 1) return false;
    const first = edit.edits[0]!.range.start, last = edit.edits[edit.edits.length - 1]!.range.end;
    return event.edits.every(({ range }) => isBefore(range.end, first) || isBefore(last, range.start));
  }

  private pass(event: Held): void {
    if (event.kind === 'asked') this.effects.push({ kind: 'ask', question: event.question });
    else if (!this.open) return;
    else if (event.kind === 'changed') this.own(event.edits);
    else if (event.kind === 'saved') this.effects.push({ kind: 'save' });
    else if (event.kind === 'reloaded' || event.epoch === this.epoch) this.reopen();
  }

  private own(edits: TextEdit[]): void {
    this.mine += 1;
    this.refusals = 0;
    this.waiting = false;
    this.effects.push({ kind: 'edit', epoch: this.epoch, revision: this.mine, seen: this.theirs, edits });
  }

  // A reload is never an edit: it would take back what others wrote meanwhile.
  private reopen(): void {
    this.wanted = true;
    this.effects.push({ kind: 'open' });
  }

  // ---- from the server

  private receive(edit: EditParams): void {
    if (!this.open) return;
    this.next = edit;
    this.pump();
  }

  private fits(edit: EditParams): boolean {
    return edit.epoch === this.epoch && edit.seen === this.mine && edit.revision === this.theirs + 1;
  }

  private pump(): void {
    if (!this.open || this.wanted || this.trying || this.waiting || !this.next) return;
    const edit = this.next;
    this.next = undefined;
    if (!this.fits(edit)) return;
    if (edit.edits.length === 0) return this.land(edit);
    this.trying = { number: ++this.tries, edit, way: this.refusals < patience ? 'editor' : 'document' };
    this.effects.push({ kind: 'try', number: this.tries, edits: edit.edits, way: this.trying.way });
  }

  private land(edit: EditParams): void {
    this.theirs = edit.revision;
    this.refusals = 0;
    this.effects.push({ kind: 'ack', epoch: this.epoch, seen: this.theirs });
    this.effects.push({ kind: 'landed', edits: edit.edits, ...(edit.cause && { cause: edit.cause }) });
  }

  // ---- how a try went

  private tried({ number, accepted, version }: Extract<Event, { kind: 'tried' }>): void {
    if (number === this.trying?.number) this.settle(accepted, version);
    else if (this.refusedUnsaid.delete(number) && accepted && this.open) this.reopen(); // it was taken for refused, so nobody knows what the server's text stands for
  }

  private settle(accepted: boolean, version: number): void {
    const tried = this.trying;
    const held = this.held;
    this.trying = undefined;
    this.held = [];
    if (!tried) return;
    if (this.wanted) this.effects.push({ kind: 'open' });
    else if (this.open) this.sort(tried, held, accepted, version);
    for (const one of held) if (one.kind === 'asked') this.pass(one); // whatever became of the rest
    this.pump();
  }

  private sort(tried: Try, held: Held[], accepted: boolean, version: number): void {
    const echo = accepted ? held.findIndex((one) => isContent(one) && 'version' in one && one.version > version) : -1;
    // Past the editor nothing checks the version, so among several changes nobody can tell which is the echo.
    if (echo >= 0 && tried.way === 'document' && held.filter(isContent).length > 1) return this.reopen();
    if (echo < 0) this.refused(tried);
    for (let i = 0; held.length > 0 && !this.wanted; i++) {
      const one = held.shift()!;
      if (i === echo) this.land(tried.edit);
      else this.pass(one);
    }
  }

  // It stays at the head unless a newer one came; if a key was the reason, it does not fit any more.
  private refused(tried: Try): void {
    this.refusals += 1;
    this.next ??= tried.edit;
    if (this.refusals <= patience) return;
    this.waiting = true;
    this.effects.push({ kind: 'wait', ms: retryMs });
  }
}

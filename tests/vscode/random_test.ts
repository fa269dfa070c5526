// The link between a simulated VS Code (which applies later, and refuses when a key came first) and a simulated server, every message
// late at random. In the end both have the same text, and nobody's letter is lost or there twice.
//
// The server merges by the identity of characters instead of by transforming edits: it is another thought than the real one, and
// so small that it can be seen to be right. `TUTTI_LINK_SEED=N` replays a run, `TUTTI_LINK_SEEDS=N` takes so many.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from '../editors/lib/random.mjs';
import { Link, type Effect } from '../../clients/vscode/src/link';
import type { TextEdit } from '../../clients/vscode/src/protocol';

interface Character { letter: string; gone: boolean }
const edit = (from: number, to: number, newText: string): TextEdit =>
  ({ range: { start: { line: 0, character: from }, end: { line: 0, character: to } }, newText });
const spread = ({ range, newText }: TextEdit) => ({ from: range.start.character, to: range.end.character, newText });

/** replica: all characters that ever were, in order. shadow: those in the editor. flight: those there once the edit has landed. */
class SimulatedServer {
  replica: Character[] = [];
  private shadow: Character[] = [];
  private flight: Character[] | undefined;
  private epoch = 0;
  private mine = 0;
  private theirs = 0;

  get text() { return this.replica.filter((c) => !c.gone).map((c) => c.letter).join(''); }
  open(text: string) {
    const left = [...text];
    if (this.replica.length === 0) this.replica = left.map((letter) => ({ letter, gone: false }));
    this.shadow = this.replica.filter((c) => !c.gone);
    Object.assign(this, { epoch: this.epoch + 1, mine: 0, theirs: 0, flight: undefined });
  }
  edited(message: Extract<Effect, { kind: 'edit' }>) {
    if (message.epoch !== this.epoch) return;
    assert.equal(message.revision, this.theirs + 1, 'no edit of the editor is skipped');
    this.theirs = message.revision;
    this.confirm(message.seen);
    this.flight = undefined;
    for (const { from, to, newText } of message.edits.map(spread).reverse()) this.change(from, to, newText);
  }
  private change(from: number, to: number, newText: string) {
    const fresh = [...newText].map((letter) => ({ letter, gone: false }));
    const left = this.shadow[from - 1];
    this.replica.splice(left ? this.replica.indexOf(left) + 1 : 0, 0, ...fresh);
    for (const one of this.shadow.splice(from, to - from, ...fresh)) one.gone = true;
  }
  acked({ epoch, seen }: { epoch: number; seen: number }) { if (epoch === this.epoch) this.confirm(seen); }
  private confirm(seen: number) {
    assert.ok(seen === this.mine || (seen === this.mine + 1 && this.flight), 'only what was sent is seen');
    if (seen > this.mine) this.shadow = this.flight!;
    if (seen > this.mine) this.flight = undefined;
    this.mine = seen;
  }
  pump() {
    if (this.flight || this.epoch === 0) return undefined;
    const edits = this.differences();
    if (edits.length === 0) return undefined;
    this.flight = this.replica.filter((c) => !c.gone);
    return { textDocument: { uri: 'u' }, epoch: this.epoch, revision: this.mine + 1, seen: this.theirs, edits };
  }
  private differences() {
    const edits: TextEdit[] = [], there = new Set(this.shadow);
    let at = 0;
    for (const one of this.replica) {
      if (there.has(one)) { if (one.gone) edits.push(edit(at, at + 1, '')); at++; } else if (!one.gone) edits.push(edit(at, at, one.letter));
    }
    return edits;
  }
}

class World {
  private readonly random: Random;
  private readonly link = new Link();
  private readonly server = new SimulatedServer();
  private main = 'begin';
  private known = { version: 1, text: 'begin' }; // as the extension host has it
  private version = 1;
  private serial = 0;
  private epoch = 0;
  private readonly toHost: (() => void)[] = [];
  private readonly toMain: (() => void)[] = [];
  private readonly toServer: (() => void)[] = [];
  private readonly fromServer: (() => void)[] = [];
  typed: string[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
    this.give({ kind: 'connected' });
  }
  private give(event: Parameters<Link['step']>[0]) { for (const effect of this.link.step(event)) this.carryOut(effect); }
  private carryOut(effect: Effect) {
    if (effect.kind === 'open') return this.open();
    if (effect.kind === 'edit') return void this.toServer.push(() => this.server.edited(effect));
    if (effect.kind === 'ack') return void this.toServer.push(() => this.server.acked(effect));
    if (effect.kind === 'try') this.attempt(effect);
    if (effect.kind === 'wait') this.toHost.push(() => this.give({ kind: 'again' }));
  }
  private open() {
    const { text } = this.known, epoch = ++this.epoch;
    this.toServer.push(() => this.server.open(text));
    this.give({ kind: 'opened', epoch });
  }
  private attempt({ number, edits }: Extract<Effect, { kind: 'try' }>) {
    const { version } = this.known;
    this.toMain.push(() => {
      const accepted = version === this.version && this.random.below(10) > 0;
      if (accepted) this.change(edits);
      this.toHost.push(() => this.give({ kind: 'tried', number, accepted, version }));
    });
  }
  private change(edits: TextEdit[]) {
    for (const { from, to, newText } of edits.map(spread).reverse()) this.main = this.main.slice(0, from) + newText + this.main.slice(to);
    const version = ++this.version, text = this.main;
    this.toHost.push(() => {
      this.known = { version, text };
      this.give({ kind: 'changed', version, edits });
    });
  }
  private fresh() { const letter = String.fromCodePoint(0xe000 + this.serial++); this.typed.push(letter); return letter; }
  // Only plain letters are erased: all others have to be there in the end.
  private type() {
    const at = this.random.below(this.main.length + 1);
    const erases = this.random.below(4) === 0 && /[a-z]/.test(this.main[at] ?? '');
    this.change(erases ? [edit(at, at + 1, '')] : [edit(at, at, this.fresh() + this.random.text('abc', this.random.below(3)))]);
  }
  private remote() {
    const { replica } = this.server;
    const at = this.random.below(replica.length + 1), one = replica[at];
    if (one && /[a-z]/.test(one.letter) && this.random.below(3) === 0) one.gone = true;
    else replica.splice(at, 0, { letter: this.fresh(), gone: false });
  }
  private deliver(queue: (() => void)[]) { queue.shift()?.(); }
  step(quiet: boolean) {
    const pump = () => { const message = this.server.pump(); if (message) this.fromServer.push(() => this.give({ kind: 'received', edit: message })); };
    const moves = [() => this.deliver(this.toHost), () => this.deliver(this.toHost), () => this.deliver(this.toMain), () => this.deliver(this.toServer),
      () => this.deliver(this.fromServer), pump, ...(quiet ? [] : [() => this.type(), () => this.epoch > 0 && this.server.replica.length > 0 && this.remote()])];
    this.random.pick(moves)();
  }
  get isQuiet() { return [this.toHost, this.toMain, this.toServer, this.fromServer].every((queue) => queue.length === 0); }
  check() {
    assert.equal(this.main, this.server.text);
    for (const letter of this.typed) assert.equal(this.main.split(letter).length, 2, 'every letter once');
  }
}

function run(seed: number) {
  const world = new World(seed);
  for (let i = 0; i < 400; i++) world.step(false);
  for (let i = 0; i < 4000; i++) world.step(true);
  assert.ok(world.isQuiet, 'it comes to rest');
  world.check();
}

test('any order of messages ends in one text', () => {
  const one = process.env['TUTTI_LINK_SEED'];
  const seeds = one ? [Number(one)] : Array.from({ length: Number(process.env['TUTTI_LINK_SEEDS'] ?? 400) }, (_, i) => i);
  for (const seed of seeds) {
    try {
      run(seed);
    } catch (error) {
      throw new Error(`replay with TUTTI_LINK_SEED=${seed}`, { cause: error });
    }
  }
});

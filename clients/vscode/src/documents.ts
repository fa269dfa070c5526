// The documents that take part, each with its Link: events of VS Code go in, effects are carried out.
import { realpathSync } from 'node:fs';
import * as vscode from 'vscode';
import { belongs } from './folders';
import { Link, type Effect } from './link';
import { methods, type EditParams, type TextEdit } from './protocol';
import type { Server } from './server';

const largest = 16 * 1024 * 1024;

export const plainRange = ({ start, end }: vscode.Range) =>
  ({ start: { line: start.line, character: start.character }, end: { line: end.line, character: end.character } });
export const toRange = ({ start, end }: TextEdit['range']) => new vscode.Range(start.line, start.character, end.line, end.character);

/** A shared folder is the same one by whatever symbolic links somebody comes to it. */
function realUri(uri: vscode.Uri): string {
  try {
    return vscode.Uri.file(realpathSync(uri.fsPath)).toString();
  } catch {
    return uri.toString(); // not written yet
  }
}

/** One document that takes part. */
export class Shared {
  readonly link = new Link();
  readonly uri: string;
  /** What is to be asked of the server, by number. */
  readonly questions = new Map<number, () => void>();

  constructor(readonly document: vscode.TextDocument) {
    this.uri = realUri(document.uri);
  }
}

export interface Landed {
  shared: Shared;
  edits: TextEdit[];
  byUndo: boolean;
}

export class Documents implements vscode.Disposable {
  private readonly all = new Map<vscode.TextDocument, Shared>();
  /** Also those that took part once: a try may still run when a document comes back. */
  private readonly known = new WeakMap<vscode.TextDocument, Shared>();
  /** How often each URI was opened at the present server. */
  private readonly epochs = new Map<string, number>();
  private readonly tooLarge = new Set<string>();
  private questions = 0;
  private readonly landed = new vscode.EventEmitter<Landed>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly leaving = new vscode.EventEmitter<Shared>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onLanded = this.landed.event;
  /** Another set of documents takes part. */
  readonly onChanged = this.changed.event;
  /** Before a document is closed at the server. */
  readonly onLeaving = this.leaving.event;

  constructor(private readonly server: Server) {
    server.on(methods.edit, (edit) => this.received(edit));
    server.on(methods.resync, ({ textDocument, epoch }) => this.give(this.find(textDocument.uri), { kind: 'resync', epoch }));
    const { workspace, window } = vscode;
    this.subscriptions = [
      server.onUpDown((up) => this.upDown(up)),
      workspace.onDidOpenTextDocument((document) => this.consider(document)),
      workspace.onDidCloseTextDocument((document) => this.leave(document)),
      workspace.onDidChangeTextDocument((event) => this.edited(event)),
      workspace.onDidSaveTextDocument((document) => this.saved(document)),
      window.tabGroups.onDidChangeTabs(() => this.considerAll()),
      window.onDidChangeVisibleTextEditors(() => this.all.forEach((shared) => this.give(shared, { kind: 'again' }))),
    ];
  }

  get(document: vscode.TextDocument | undefined): Shared | undefined {
    const shared = document && this.all.get(document);
    return shared?.link.isOpen ? shared : undefined;
  }
  find(uri: string): Shared | undefined {
    return [...this.all.values()].find((shared) => shared.uri === uri);
  }
  /** Calls back once everything is told that the person did so far, and before what they do later; nearly always at once. */
  inOrder(shared: Shared, call: () => void): void {
    const question = ++this.questions;
    shared.questions.set(question, call);
    this.give(shared, { kind: 'asked', question });
  }
  get shared(): Shared[] {
    return [...this.all.values()];
  }
  get paths(): string[] {
    return [...this.all.keys()].map((document) => document.uri.path);
  }
  /** The editors that show it. */
  editorsOf(uri: string): vscode.TextEditor[] {
    const document = this.find(uri)?.document;
    return vscode.window.visibleTextEditors.filter((editor) => editor.document === document);
  }

  // ---- who takes part

  private upDown(up: boolean): void {
    if (!up) {
      this.all.forEach((shared) => this.give(shared, { kind: 'disconnected' }));
      return;
    }
    this.epochs.clear();
    this.all.forEach((shared) => this.give(shared, { kind: 'connected' }));
    this.considerAll();
  }

  considerAll(): void {
    vscode.workspace.textDocuments.forEach((document) => this.consider(document));
  }

  // What other extensions load behind the scenes stays the mirror's: an edit of it would open a tab.
  private takesPart(document: vscode.TextDocument): boolean {
    return !document.isClosed && document.uri.scheme === 'file' && isInTab(document) && belongs(document.uri.fsPath);
  }

  private isTooLarge(document: vscode.TextDocument): boolean {
    const { fsPath } = document.uri;
    if (document.getText().length <= largest) return false;
    if (!this.tooLarge.has(fsPath)) {
      void vscode.window.showWarningMessage(`Tutti: ${vscode.workspace.asRelativePath(fsPath)} is larger than 16 MiB, and is not shared.`);
    }
    this.tooLarge.add(fsPath);
    return true;
  }

  private consider(document: vscode.TextDocument): void {
    const takesPart = this.server.isUp && this.takesPart(document);
    if (this.all.has(document) === takesPart) return;
    if (!takesPart) return this.leave(document);
    if (this.isTooLarge(document)) return;
    const shared = this.known.get(document) ?? new Shared(document);
    this.known.set(document, shared);
    this.all.set(document, shared);
    this.give(shared, { kind: 'connected' });
    this.changed.fire();
  }

  private leave(document: vscode.TextDocument): void {
    const shared = this.all.get(document);
    if (!shared) return;
    this.leaving.fire(shared);
    this.all.delete(document);
    if (shared.link.isOpen) this.server.didClose(shared.uri);
    this.give(shared, { kind: 'disconnected' });
    this.changed.fire();
  }

  leaveAll(): void {
    [...this.all.keys()].forEach((document) => this.leave(document));
  }

  // ---- events

  private received(edit: EditParams): void {
    this.give(this.find(edit.textDocument.uri), { kind: 'received', edit });
  }

  private edited({ document, contentChanges, reason }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0) return;
    const shared = this.all.get(document);
    if (!shared) return;
    const { version } = document;
    if (!document.isDirty && reason === undefined) return this.give(shared, { kind: 'reloaded', version });
    for (const edits of editsOf(contentChanges)) this.give(shared, { kind: 'changed', version, edits });
  }

  private saved(document: vscode.TextDocument): void {
    this.give(this.all.get(document), { kind: 'saved' });
    this.consider(document);
  }

  private give(shared: Shared | undefined, event: Parameters<Link['step']>[0]): void {
    if (shared) for (const effect of shared.link.step(event)) this.carryOut(shared, effect);
  }

  // ---- effects

  private carryOut(shared: Shared, effect: Effect): void {
    const textDocument = { uri: shared.uri };
    switch (effect.kind) {
      case 'open': return this.open(shared);
      case 'edit': {
        const { epoch, revision, seen, edits } = effect;
        return this.server.notify(methods.edit, { textDocument, epoch, revision, seen, edits });
      }
      case 'ack': return this.server.notify(methods.ack, { textDocument, epoch: effect.epoch, seen: effect.seen });
      case 'save': return this.server.didSave(shared.uri);
      case 'try': return void this.attempt(shared, effect);
      case 'landed': return this.landed.fire({ shared, edits: effect.edits, byUndo: effect.cause !== undefined });
      case 'ask': return this.ask(shared, effect.question);
      case 'wait': return void setTimeout(() => this.give(shared, { kind: 'again' }), effect.ms);
    }
  }

  private ask({ questions }: Shared, question: number): void {
    const call = questions.get(question);
    questions.delete(question);
    call?.();
  }

  private open(shared: Shared): void {
    const epoch = (this.epochs.get(shared.uri) ?? 0) + 1;
    this.epochs.set(shared.uri, epoch);
    this.server.didOpen(shared.document, shared.uri, epoch);
    this.give(shared, { kind: 'opened', epoch });
  }

  private async attempt(shared: Shared, { number, edits, way }: Extract<Effect, { kind: 'try' }>): Promise<void> {
    const { version } = shared.document;
    const editor = vscode.window.visibleTextEditors.find(({ document }) => document === shared.document);
    let accepted = false;
    try {
      accepted = await (editor && way === 'editor' ? applyInEditor(editor, edits) : applyBehind(shared.document, edits));
    } catch {
      // The editor was closed meanwhile: a refusal like any other.
    }
    this.give(shared, { kind: 'tried', number, accepted, version });
  }

  dispose(): void {
    this.subscriptions.forEach((one) => one.dispose());
  }
}

// VS Code tells changes from the end backwards, all against the text before. Should it ever join events of several steps, each
// change is against the text after the one before it, and goes as an edit of its own.
function editsOf(changes: readonly vscode.TextDocumentContentChangeEvent[]): TextEdit[][] {
  const edits = changes.map(({ range, text }) => ({ range: plainRange(range), newText: text }));
  const backwards = changes.every((change, i) => i === 0 || change.range.end.isBeforeOrEqual(changes[i - 1]!.range.start));
  return backwards ? [edits.reverse()] : edits.map((edit) => [edit]);
}

function isInTab(document: vscode.TextDocument): boolean {
  const shows = (uri: vscode.Uri | undefined) => uri?.toString() === document.uri.toString();
  return vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) =>
    (input instanceof vscode.TabInputText && shows(input.uri)) || (input instanceof vscode.TabInputTextDiff && (shows(input.modified) || shows(input.original)))));
}

// Stops on both sides: an undo past ours takes back this edit, and not a word that was just typed with it.
function applyInEditor(editor: vscode.TextEditor, edits: TextEdit[]): Thenable<boolean> {
  return editor.edit((build) => {
    for (const edit of edits) {
      const range = toRange(edit.range);
      if (range.isEmpty) build.insert(range.start, edit.newText);
      else build.replace(range, edit.newText);
    }
  }, { undoStopBefore: true, undoStopAfter: true });
}

function applyBehind(document: vscode.TextDocument, edits: TextEdit[]): Thenable<boolean> {
  const all = new vscode.WorkspaceEdit();
  all.set(document.uri, edits.map((edit) => vscode.TextEdit.replace(toRange(edit.range), edit.newText)));
  return vscode.workspace.applyEdit(all);
}

// The person's own caret: told at once, then at most 20 times a second.
import * as vscode from 'vscode';
import { plainRange, type Documents, type Shared } from './documents';
import { methods, type Range } from './protocol';
import type { Server } from './server';
import type { Session } from './session';

const intervalMs = 50;
const most = 64;

/** In a selection `start` is where it was begun and `end` is the caret. */
const fromSelection = ({ anchor, active }: vscode.Selection): Range =>
  ({ start: { line: anchor.line, character: anchor.character }, end: { line: active.line, character: active.character } });

export class OwnCursor implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private timer: NodeJS.Timeout | undefined;
  private due = false;
  private last = '';

  constructor(private readonly server: Server, private readonly documents: Documents, session: Session) {
    const moved = () => this.moved();
    this.subscriptions = [
      vscode.window.onDidChangeTextEditorSelection(moved),
      vscode.window.onDidChangeTextEditorVisibleRanges(moved),
      vscode.window.onDidChangeActiveTextEditor(moved),
      documents.onChanged(moved),
      documents.onLeaving((shared) => this.leave(shared)),
      session.onDocumentsReady(() => this.again()),
    ];
  }

  private moved(): void {
    this.due = true;
    if (this.timer) return;
    this.tell();
    this.timer = setTimeout(() => {
      this.timer = undefined;
      if (this.due) this.moved();
    }, intervalMs);
  }

  // What was told before the file had come was for nobody.
  private again(): void {
    this.last = '';
    this.moved();
  }

  private tell(): void {
    this.due = false;
    const editor = vscode.window.activeTextEditor;
    const shared = this.documents.get(editor?.document);
    if (shared) this.documents.inOrder(shared, () => this.send(shared, editor!));
  }

  private send({ uri, link }: Shared, editor: vscode.TextEditor): void {
    if (!link.isOpen) return;
    const [visible] = editor.visibleRanges;
    const params = { textDocument: { uri }, selections: editor.selections.slice(0, most).map(fromSelection), ...(visible && { visible: plainRange(visible) }) };
    const text = JSON.stringify(params);
    if (text === this.last) return;
    this.last = text;
    this.server.notify(methods.cursor, params);
  }

  private leave({ uri, link }: Shared): void {
    if (link.isOpen) this.server.notify(methods.cursor, { textDocument: { uri }, selections: [] });
    this.last = '';
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscriptions.forEach((one) => one.dispose());
  }
}

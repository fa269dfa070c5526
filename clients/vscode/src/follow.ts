// Following somebody across files, and going once to where somebody is. The text and the person's own carets are left alone.
import * as vscode from 'vscode';
import type { Cursors } from './cursors';
import { toRange, type Documents } from './documents';
import { linkedFolder } from './folders';
import { methods, type Person, type RevealParams } from './protocol';
import type { Server } from './server';
import type { Session } from './session';

export class Follow implements vscode.Disposable {
  followed: string | undefined;
  /** Whose caret is to be shown once it is known: the file is open already. */
  private sought: { uri: string; participant: string } | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  readonly onChanged = this.changed.event;

  constructor(private readonly server: Server, session: Session, private readonly documents: Documents, private readonly cursors: Cursors) {
    server.on(methods.reveal, (message) => void this.reveal(message));
    this.subscriptions = [
      server.onUpDown(() => this.set(undefined)),
      session.onChanged(() => {
        if (this.followed && session.isIn && !session.people.some(({ id }) => id === this.followed)) this.set(undefined);
      }),
      // Whoever types or clicks wants to be where they are.
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        if (this.followed && (kind === vscode.TextEditorSelectionChangeKind.Keyboard || kind === vscode.TextEditorSelectionChangeKind.Mouse)) void this.stop();
      }),
      cursors.onArrived((uri) => this.arrived(uri)),
    ];
  }

  async start(person: Person): Promise<void> {
    await this.server.request(methods.follow, { participant: person.id });
    this.set(person.id);
    if (person.file) await this.goTo(person);
    vscode.window.setStatusBarMessage(`Following ${person.name}`, 4000);
  }

  async stop(): Promise<void> {
    this.set(undefined);
    await this.server.request(methods.follow, {});
  }

  private set(followed: string | undefined): void {
    if (this.followed === followed) return;
    this.followed = followed;
    void vscode.commands.executeCommand('setContext', 'tutti.following', followed !== undefined);
    this.changed.fire();
  }

  private async reveal({ textDocument, range }: RevealParams): Promise<void> {
    if (!this.followed) return;
    const editor = await this.show(textDocument.uri);
    const at = toRange(range).end;
    editor.revealRange(new vscode.Range(at, at), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  private async show(uri: string): Promise<vscode.TextEditor> {
    const document = this.documents.find(uri)?.document;
    return this.documents.editorsOf(uri)[0] ?? await vscode.window.showTextDocument(document?.uri ?? vscode.Uri.parse(uri), { preview: true });
  }

  /** Once; a caret in a file that was not open here comes only after it is. */
  async goTo(person: Person): Promise<void> {
    const path = person.file && fileOf(person.file);
    if (!path) return void vscode.window.showInformationMessage(`Tutti: ${person.name} is in no file that is shared.`);
    this.sought = { uri: path.toString(), participant: person.id };
    await this.show(path.toString());
    this.arrived(path.toString());
  }

  private arrived(uri: string): void {
    if (this.sought?.uri !== uri) return;
    const range = this.cursors.of(uri, this.sought.participant);
    if (!range) return;
    this.sought = undefined;
    this.documents.editorsOf(uri)[0]?.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }

  dispose(): void {
    this.subscriptions.forEach((one) => one.dispose());
  }
}

/** `file` is relative to the folder that is shared, which may hold the workspace's folder or lie in it. */
function fileOf(file: string): vscode.Uri | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const shared = folders.map(({ uri }) => linkedFolder(uri.fsPath)).find((folder) => folder !== undefined);
  return shared === undefined ? undefined : vscode.Uri.joinPath(vscode.Uri.file(shared), file);
}

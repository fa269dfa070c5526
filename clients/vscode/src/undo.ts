// Undo and redo of one's own edits, on the usual keys of shared files: VS Code's own undo also takes back what others wrote.
import * as vscode from 'vscode';
import type { Documents, Landed } from './documents';
import { methods } from './protocol';
import type { Server } from './server';

type Turn = 'undo' | 'redo';

export class Undo implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly server: Server, private readonly documents: Documents) {
    this.subscriptions = [
      documents.onChanged(() => this.mark()),
      documents.onLanded((landed) => landed.byUndo && goThere(landed)),
    ];
  }

  // The keys ask by path and not for a flag of the active editor: a flag would come late when another file is shown.
  private mark(): void {
    void vscode.commands.executeCommand('setContext', 'tutti.sharedPaths', this.documents.paths);
  }

  turn(which: Turn): void {
    const shared = this.documents.get(vscode.window.activeTextEditor?.document);
    if (!shared) return void vscode.commands.executeCommand(which);
    this.documents.inOrder(shared, () => void this.ask(which, shared.uri));
  }

  private async ask(which: Turn, uri: string): Promise<void> {
    const { applied } = await this.server.request(methods[which], { textDocument: { uri } });
    if (!applied) vscode.window.setStatusBarMessage(`Tutti: there is nothing of yours to ${which}`, 3000);
  }

  dispose(): void {
    this.subscriptions.forEach((one) => one.dispose());
  }
}

// As the editor's own undo does: the caret goes to where something changed.
function goThere({ shared, edits }: Landed): void {
  const editor = vscode.window.activeTextEditor;
  const first = edits[0];
  if (!first || editor?.document !== shared.document) return;
  const at = new vscode.Position(first.range.start.line, first.range.start.character + (first.newText.includes('\n') ? 0 : first.newText.length));
  editor.selection = new vscode.Selection(at, at);
  editor.revealRange(editor.selection);
}

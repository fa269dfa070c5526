// Puts the parts together; everything else is in the file that is named after it.
import * as vscode from 'vscode';
import { Commands } from './commands';
import { Cursors } from './cursors';
import { Diagnostics } from './diagnostics';
import { Documents } from './documents';
import { Follow } from './follow';
import { linkedFolder } from './folders';
import { OwnCursor } from './own_cursor';
import { People } from './people';
import type { Person, StatusParams } from './protocol';
import { Server } from './server';
import { Session } from './session';
import { settings } from './settings';
import { StatusBar } from './statusbar';
import { Undo } from './undo';

/** For other extensions, and for tests. */
export interface Api {
  status(): StatusParams;
  /** Everybody else. */
  people(): Person[];
}

export function activate(context: vscode.ExtensionContext): Api {
  const log = vscode.window.createOutputChannel('Tutti');
  const server = new Server(log);
  const session = new Session(server);
  const documents = new Documents(server);
  const cursors = new Cursors(server, documents);
  const follow = new Follow(server, session, documents, cursors);
  const undo = new Undo(server, documents);
  const commands = new Commands(server, documents, session, follow);
  context.subscriptions.push(log, session, documents, cursors, follow, undo, new OwnCursor(server, documents, session),
    new Diagnostics(server, documents), new People(session, follow), new StatusBar(session), server);

  register(context, {
    'tutti.share': () => commands.share(),
    'tutti.join': (link) => commands.join(link),
    'tutti.leave': () => commands.leave(),
    'tutti.copyLink': () => commands.copyLink(),
    'tutti.who': () => commands.who(),
    'tutti.follow': (person) => commands.startFollowing(person as never),
    'tutti.unfollow': () => follow.stop(),
    'tutti.reveal': (person) => commands.reveal(person as never),
    'tutti.undo': () => undo.turn('undo'),
    'tutti.redo': () => undo.turn('redo'),
    'tutti.status': () => commands.status(),
    'tutti.log': () => log.show(),
    'tutti.restart': async () => { await server.stop(); await server.start(); },
  });
  context.subscriptions.push(vscode.window.registerUriHandler({ handleUri: (uri) => commands.handleUri(uri) }));
  startWhenLinked(context, server);
  return { status: () => session.status, people: () => session.people };
}

// A folder that nobody has vouched for must not make this window connect to a hub that it names.
function register(context: vscode.ExtensionContext, all: Record<string, (argument?: unknown) => unknown>): void {
  for (const [name, does] of Object.entries(all)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, async (argument?: unknown) => {
      try {
        if (!vscode.workspace.isTrusted && name !== 'tutti.undo' && name !== 'tutti.redo') return distrusted();
        await does(argument);
      } catch (error) {
        complain(plain(error));
      }
    }));
  }
}

function distrusted(): void {
  void vscode.window.showWarningMessage('Tutti: this folder is not trusted yet, so nothing is shared from it.', 'Trust…').then((answer) => {
    if (answer) void vscode.commands.executeCommand('workbench.trust.manage');
  });
}

// With a button a message is shown whole, and not its first line alone.
function complain(text: string): void {
  void vscode.window.showErrorMessage(`Tutti: ${text}`, 'Show Log').then((answer) => answer && vscode.commands.executeCommand('tutti.log'));
}

function plain(error: unknown): string {
  return error instanceof Error ? error.message.replace(/^Tutti: /, '') : String(error);
}

/** The server starts with the first folder or file that is linked to a session, or with the first command that needs it. */
function startWhenLinked(context: vscode.ExtensionContext, server: Server): void {
  let failed = false; // said once; a command tries again
  const consider = () => {
    if (failed || !vscode.workspace.isTrusted || !settings().autoStart || server.isUp || !isLinkedHere()) return;
    server.start().catch(() => { failed = true; });
  };
  const links = vscode.workspace.createFileSystemWatcher('**/.tutti/session.json', false, true, true);
  context.subscriptions.push(links, links.onDidCreate(consider), vscode.workspace.onDidOpenTextDocument(consider),
    vscode.workspace.onDidChangeWorkspaceFolders(consider), vscode.workspace.onDidGrantWorkspaceTrust(consider));
  consider();
}

function isLinkedHere(): boolean {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri);
  const files = vscode.workspace.textDocuments.map(({ uri }) => uri);
  return [...folders, ...files].some(({ scheme, fsPath }) => scheme === 'file' && linkedFolder(fsPath) !== undefined);
}

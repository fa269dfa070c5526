// One item in the status bar: connection, how many are here, what is not safe yet. It opens the menu of all commands.
import * as vscode from 'vscode';
import type { Session } from './session';
import { summary } from './words';

/** While somebody types, `pending` and `synced` take turns with every key: nobody reads that, and each time is drawn. */
const pauseMs = 400;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('tutti.status', vscode.StatusBarAlignment.Left, 50);
  private readonly subscription: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly session: Session) {
    this.item.name = 'Tutti';
    this.item.command = 'tutti.status';
    const changed = session.onChanged(() => this.updateSoon()), turned = vscode.window.onDidChangeActiveTextEditor(() => this.updateSoon());
    this.subscription = vscode.Disposable.from(changed, turned);
  }

  // Told with nearly every key, and read by a person.
  private updateSoon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.update();
    }, pauseMs);
  }

  private update(): void {
    const { status, isIn } = this.session;
    if (!isIn) return this.item.hide();
    const online = status.connection === 'online';
    const icon = online ? 'broadcast' : status.connection === 'connecting' ? 'sync~spin' : 'debug-disconnect';
    const uri = vscode.window.activeTextEditor?.document.uri.toString(), front = uri === undefined ? undefined : this.session.standingOf(uri);
    this.item.text = `$(${icon}) Tutti: ${summary(status, this.session.people.length + 1, front)}`;
    this.item.tooltip = [status.session?.name, status.message, ...this.session.people.map(({ name }) => name)].filter(Boolean).join('\n');
    const warns = status.connection === 'offline' || status.connection === 'stopped' || front?.state === 'unsaved' || front?.state === 'diverged';
    this.item.backgroundColor = warns ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.show();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
    this.item.dispose();
  }
}

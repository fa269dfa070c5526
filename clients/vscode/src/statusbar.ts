// One item in the status bar: connection, how many are here, what is not safe yet. It opens the menu of all commands.
import * as vscode from 'vscode';
import { summary, type Session } from './session';

const pauseMs = 150;

export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('tutti.status', vscode.StatusBarAlignment.Left, 50);
  private readonly subscription: vscode.Disposable;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly session: Session) {
    this.item.name = 'Tutti';
    this.item.command = 'tutti.status';
    this.subscription = session.onChanged(() => this.updateSoon());
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
    this.item.text = `$(${icon}) Tutti: ${summary(this.session)}`;
    this.item.tooltip = [status.session?.name, status.message, ...this.session.people.map(({ name }) => name)].filter(Boolean).join('\n');
    const warns = status.connection === 'offline' || status.connection === 'stopped';
    this.item.backgroundColor = warns ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.item.show();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscription.dispose();
    this.item.dispose();
  }
}

// The participants as a tree: who, where, and whether they type.
import * as vscode from 'vscode';
import { colorIndex } from './colors';
import type { Follow } from './follow';
import type { Person } from './protocol';
import type { Session } from './session';

const oneself = 'you';
type Row = Person | typeof oneself;

export class People implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly subscriptions: vscode.Disposable[];
  private shown = '';
  readonly onDidChangeTreeData = this.changed.event;
  readonly view: vscode.TreeView<Row>;

  constructor(private readonly session: Session, private readonly follow: Follow) {
    this.view = vscode.window.createTreeView('tutti.people', { treeDataProvider: this });
    this.subscriptions = [
      this.view,
      session.onChanged(() => this.update()),
      follow.onChanged(() => this.changed.fire()),
    ];
  }

  // How things stand is told with nearly every key; the window is busy enough then without a new tree.
  private update(): void {
    const { people, isIn, status } = this.session;
    const shown = JSON.stringify([people, status.session]);
    if (shown === this.shown) return;
    this.shown = shown;
    this.view.badge = isIn && people.length > 0 ? { value: people.length, tooltip: `${people.length} others are here` } : undefined;
    this.changed.fire();
  }

  getChildren(row?: Row): Row[] {
    return row || !this.session.isIn ? [] : [oneself, ...this.session.people];
  }

  getTreeItem(row: Row): vscode.TreeItem {
    if (row === oneself) return this.you();
    const item = new vscode.TreeItem(row.name);
    item.id = row.id;
    item.description = describe(row);
    item.iconPath = new vscode.ThemeIcon(iconOf(row), new vscode.ThemeColor(`tutti.participant${colorIndex(row.color)}`));
    item.contextValue = this.follow.followed === row.id ? 'followed' : 'person';
    item.tooltip = `${row.name}, ${row.role}${row.file ? `, in ${row.file}` : ''}. Click to go there.`;
    item.command = { command: 'tutti.reveal', title: 'Go to Participant', arguments: [row] };
    return item;
  }

  private you(): vscode.TreeItem {
    const item = new vscode.TreeItem('You');
    item.id = oneself;
    item.description = this.session.status.session?.role ?? '';
    item.iconPath = new vscode.ThemeIcon('account');
    item.contextValue = 'you';
    return item;
  }

  dispose(): void {
    this.subscriptions.forEach((one) => one.dispose());
  }
}

function iconOf({ kind, status }: Person): string {
  if (kind === 'agent') return 'robot';
  return status === 'online' ? 'circle-filled' : 'circle-outline';
}

export function describe({ file, typing, status, role, activity }: Person): string {
  const doing = activity ?? (typing ? 'typing' : status !== 'online' ? status : undefined);
  return [file, doing, role === 'viewer' ? 'viewer' : undefined].filter(Boolean).join(' · ');
}

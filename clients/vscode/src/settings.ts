// The only reader of settings.
import * as vscode from 'vscode';

export type NameFlags = 'moving' | 'always' | 'never';

export interface Settings {
  /** Empty: `tutti` in PATH. */
  path: string;
  name: string | undefined;
  hub: string | undefined;
  autoStart: boolean;
  cursors: boolean;
  nameFlags: NameFlags;
}

export function settings(): Settings {
  const all = vscode.workspace.getConfiguration('tutti');
  return {
    path: all.get('path', ''),
    name: all.get('name', '') || undefined,
    hub: all.get('hub', '') || undefined,
    autoStart: all.get('autoStart', true),
    cursors: all.get('cursors', true),
    nameFlags: all.get<NameFlags>('nameFlags', 'moving'),
  };
}

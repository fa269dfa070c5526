// How things stand and who is here, as the server last said.
import * as vscode from 'vscode';
import { methods, type DocumentState, type DocumentStatus, type Person, type StatusParams } from './protocol';
import type { Server } from './server';

const nothing: StatusParams = { connection: 'offline', pending: 0, documents: [] };

export class Session implements vscode.Disposable {
  status: StatusParams = nothing;
  /** Everybody else. */
  people: Person[] = [];
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly ready = new vscode.EventEmitter<void>();
  private readonly subscription: vscode.Disposable;
  readonly onChanged = this.changed.event;
  /** A document's text has come. */
  readonly onDocumentsReady = this.ready.event;

  constructor(server: Server) {
    server.on(methods.status, (status) => this.update(status));
    server.on(methods.presence, ({ participants }) => {
      this.people = [...participants].sort((a, b) => a.name.localeCompare(b.name)); // a list that does not jump
      this.changed.fire();
    });
    this.subscription = server.onUpDown((up) => !up && this.clear());
  }

  get isIn(): boolean {
    return this.status.session !== undefined;
  }
  stateOf(uri: string): DocumentState | undefined {
    return this.standingOf(uri)?.state;
  }
  standingOf(uri: string): DocumentStatus | undefined {
    return this.status.documents.find((document) => document.uri === uri);
  }

  private update(status: StatusParams): void {
    const before = this.arrived(), wasIn = this.isIn;
    this.status = status;
    if (this.arrived() !== before) this.ready.fire();
    if (this.isIn !== wasIn) void vscode.commands.executeCommand('setContext', 'tutti.inSession', this.isIn);
    this.changed.fire();
  }

  private arrived(): string {
    return this.status.documents.filter(({ state }) => state !== 'fetching').map(({ uri }) => uri).join('\n');
  }

  clear(): void {
    this.people = [];
    this.update(nothing);
  }

  dispose(): void {
    this.subscription.dispose();
  }
}

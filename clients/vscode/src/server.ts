// One `tutti lsp` for this window, as a language client without a document of its own: documents.ts opens, changes and closes
// them, in the order and with the counts that the editor link needs.
import * as vscode from 'vscode';
import { LanguageClient, State, type StaticFeature } from 'vscode-languageclient/node';
import { findProgram } from './folders';
import { protocolVersion, type Capability, type NotificationsDown, type NotificationsUp, type Requests } from './protocol';
import { settings } from './settings';

const capability: Capability = { version: protocolVersion, edit: true, positionEncoding: 'utf-16', cr: 'eol' };

const offer: StaticFeature = {
  fillClientCapabilities: (all) => { all.experimental = { ...all.experimental, collab: capability }; },
  // The commands of that name are ours, and ask the person first.
  preInitialize: (all) => { delete all.executeCommandProvider; },
  initialize: () => {},
  getState: () => ({ kind: 'static' }),
  clear: () => {},
};

export class Server implements vscode.Disposable {
  private client: LanguageClient | undefined;
  private starting: Promise<void> | undefined;
  private readonly handlers = new Map<string, ((params: never) => void)[]>();
  private readonly upDown = new vscode.EventEmitter<boolean>();
  /** True: a server is there, and knows of nothing yet. */
  readonly onUpDown = this.upDown.event;

  constructor(private readonly log: vscode.OutputChannel) {}

  get isUp(): boolean {
    return this.client?.state === State.Running;
  }

  on<M extends keyof NotificationsDown>(method: M, handler: (params: NotificationsDown[M]) => void): void {
    this.handlers.set(method, [...(this.handlers.get(method) ?? []), handler]);
  }

  /** Starts the server unless it runs. What is wrong is said to the person, and thrown. */
  start(): Promise<void> {
    this.starting ??= this.launch().catch((error: unknown) => {
      this.starting = undefined;
      throw error;
    });
    return this.starting;
  }

  private async launch(): Promise<void> {
    const command = findProgram(settings().path);
    if (!command) throw await this.missing();
    const { name, hub } = settings();
    const client = new LanguageClient('tutti', 'Tutti', { command, args: ['lsp'] },
      { outputChannel: this.log, initializationOptions: { name, hub } });
    this.client = client;
    client.registerFeature(offer);
    for (const [method, handlers] of this.handlers) {
      client.onNotification(method, (params) => handlers.forEach((handler) => handler(params as never)));
    }
    client.onDidChangeState(({ oldState, newState }) => {
      if (newState === State.Running) this.upDown.fire(true);
      else if (oldState === State.Running) this.upDown.fire(false);
    });
    await client.start();
  }

  private async missing(): Promise<Error> {
    const { path } = settings();
    const text = path ? `Tutti: there is no program ${path}.` : 'Tutti: the program `tutti` was not found in PATH.';
    void vscode.window.showErrorMessage(text, 'Open Settings', 'How to Install').then((answer) => {
      if (answer === 'Open Settings') void vscode.commands.executeCommand('workbench.action.openSettings', 'tutti.path');
      if (answer === 'How to Install') void vscode.commands.executeCommand('workbench.action.openWalkthrough', 'tutti.tutti#tutti.start');
    });
    return new Error(text);
  }

  /** In order with what is notified: an undo that is overtaken by the next key would take that key. */
  async request<M extends keyof Requests>(method: M, params: Requests[M]['params']): Promise<Requests[M]['result']> {
    if (!this.isUp) await this.start();
    return this.client!.sendRequest(method, params);
  }

  /** In the order of the calls. While no server is there, it is dropped: documents are opened anew at the next one. */
  notify<M extends keyof NotificationsUp>(method: M, params: NotificationsUp[M]): void {
    this.send(method, params);
  }
  didOpen(document: vscode.TextDocument, uri: string, version: number): void {
    this.send('textDocument/didOpen',
      { textDocument: { uri, languageId: document.languageId, version, text: document.getText() } });
  }
  didClose(uri: string): void {
    this.send('textDocument/didClose', { textDocument: { uri } });
  }
  didSave(uri: string): void {
    this.send('textDocument/didSave', { textDocument: { uri } });
  }

  private send(method: string, params: object): void {
    if (!this.isUp) return;
    this.client!.sendNotification(method, params).catch((error: unknown) => this.log.appendLine(`${method}: ${String(error)}`));
  }

  async stop(): Promise<void> {
    const { client } = this;
    this.client = this.starting = undefined;
    this.upDown.fire(false);
    await client?.dispose();
  }

  dispose(): Promise<void> {
    return this.stop();
  }
}

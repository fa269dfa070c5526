// What language servers say: this window's is offered to others; what others' say stands under Problems, with their names.
import * as vscode from 'vscode';
import { plainRange, toRange, type Documents, type Shared } from './documents';
import { methods, type DiagnosticsParams, type Finding, type Severity } from './protocol';
import type { Server } from './server';

const severities: Severity[] = ['error', 'warning', 'information', 'hint']; // in the order of VS Code's numbers
const ours = 'Tutti: ';
const most = 256, longest = 1000, longestSource = 60;
const pauseMs = 100;

const finding = ({ range, severity, message, source }: vscode.Diagnostic): Finding =>
  ({ range: plainRange(range), severity: severities[severity]!, message: message.slice(0, longest / 4), ...(source && { source: source.slice(0, longestSource / 4) }) });

function shown({ range, severity, message, source, name }: Finding): vscode.Diagnostic {
  const all = new vscode.Diagnostic(toRange(range), message, severities.indexOf(severity));
  all.source = ours + [name, source].filter(Boolean).join(', ');
  return all;
}

export class Diagnostics implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('tutti');
  private readonly subscriptions: vscode.Disposable[];
  private readonly last = new Map<Shared, string>();
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly server: Server, private readonly documents: Documents) {
    server.on(methods.diagnostics, (message) => this.receive(message));
    this.subscriptions = [
      this.collection,
      vscode.languages.onDidChangeDiagnostics(() => this.soon()),
      documents.onChanged(() => this.soon()),
      documents.onLeaving((shared) => this.drop(shared)),
      server.onUpDown(() => this.clear()),
    ];
  }

  private receive({ textDocument: { uri }, diagnostics }: DiagnosticsParams): void {
    const shared = this.documents.find(uri);
    if (shared) this.documents.inOrder(shared, () => this.collection.set(shared.document.uri, diagnostics.map(shown)));
  }

  private soon(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.documents.shared.forEach((shared) => this.documents.inOrder(shared, () => this.tell(shared)));
    }, pauseMs);
  }

  private tell(shared: Shared): void {
    const own = vscode.languages.getDiagnostics(shared.document.uri).filter(({ source }) => !source?.startsWith(ours));
    const diagnostics = own.slice(0, most).map(finding);
    const text = JSON.stringify(diagnostics);
    if (text === (this.last.get(shared) ?? '[]')) return;
    this.last.set(shared, text);
    this.server.notify(methods.diagnostics, { textDocument: { uri: shared.uri }, diagnostics });
  }

  private drop(shared: Shared): void {
    this.last.delete(shared);
    this.collection.delete(shared.document.uri);
  }
  private clear(): void {
    this.last.clear();
    this.collection.clear();
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.subscriptions.forEach((one) => one.dispose());
  }
}

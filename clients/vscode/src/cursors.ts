// Carets and selections of others, drawn as decorations that ride on the text.
//
//     collab/cursors ─▶ places of each document ─▶ moved along with every change ─▶ caret, selection, name flag
//
// VS Code moves decorations with the text by itself; the places are kept for editors that show the document later.
import * as vscode from 'vscode';
import { colorIndex, onDark, onLight, translucent } from './colors';
import { plainRange, toRange, type Documents } from './documents';
import { movedRange } from './places';
import { methods, type CursorsParams, type RemoteCursor } from './protocol';
import type { Server } from './server';
import { settings } from './settings';

const flagMs = 4000;

/** Least time between two drawings; while somebody types here, the window has more urgent things to do. */
const drawMs = 50, drawWhileTypingMs = 250;

// The API has no flags and no carets. What stands behind `none;` goes into the style sheet as it is: boxes that take no room in
// the line, so that no text moves aside when somebody's caret comes by.
const bar = 'none; position: absolute; top: 0; height: 100%; width: 2px; margin-left: -1px; z-index: 10; pointer-events: none';
const flagBox = 'none; position: absolute; z-index: 20; pointer-events: none; padding: 0 4px; font-size: 11px; line-height: 15px; '
  + 'height: 15px; white-space: pre; font-style: normal; font-family: system-ui, sans-serif; letter-spacing: normal';

type Look = vscode.DecorationRenderOptions;
type Flag = 'none' | 'above' | 'below';

// A flag is part of the look and not of each place where it stands: VS Code makes a new style sheet entry for what differs from place
// to place, and lays out the window anew, with every key that somebody types.
function caretLook({ color, kind, name }: RemoteCursor, flag: Flag): Look {
  const marker = (hex: string) => ({ before: { contentText: '', backgroundColor: hex }, overviewRulerColor: hex });
  // On the first line there is no room above.
  const place = flag === 'above' ? 'bottom: 100%; border-radius: 3px 3px 3px 0' : 'top: 100%; border-radius: 0 3px 3px 3px';
  const text = (kind === 'agent' ? '⚙ ' : '') + name;
  const after = { contentText: text, color: '#ffffff', backgroundColor: onLight(color), textDecoration: `${flagBox}; ${place}; margin-left: -1px` };
  return {
    before: { textDecoration: bar },
    ...(flag !== 'none' && { after }),
    light: marker(onLight(color)),
    dark: marker(onDark(color)),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedOpen,
  };
}

function selectionLook(color: number): Look {
  return {
    light: { backgroundColor: translucent(onLight(color), 0.22) },
    dark: { backgroundColor: translucent(onDark(color), 0.3) },
    borderRadius: '2px',
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  };
}

/** What is drawn with one look. */
interface Layer {
  look: () => Look;
  places: vscode.DecorationOptions[];
}

export class Cursors implements vscode.Disposable {
  private readonly types = new Map<string, vscode.TextEditorDecorationType>();
  /** The looks that are in use for each URI. */
  private readonly used = new Map<string, Set<string>>();
  private readonly places = new Map<string, RemoteCursor[]>();
  /** When each participant's caret last went somewhere else. */
  private readonly movedAt = new Map<string, number>();
  private readonly arrived = new vscode.EventEmitter<string>();
  private readonly subscriptions: vscode.Disposable[];
  private fading: NodeJS.Timeout | undefined;
  private readonly due = new Set<string>();
  private drawing: NodeJS.Timeout | undefined;
  private drawnAt = 0;
  private typedAt = 0;
  /** New places for this URI. */
  readonly onArrived = this.arrived.event;

  constructor(server: Server, private readonly documents: Documents) {
    server.on(methods.cursors, (message) => this.receive(message));
    this.subscriptions = [
      server.onUpDown(() => this.clear()),
      documents.onLeaving(({ uri }) => this.drop(uri)),
      vscode.workspace.onDidChangeTextDocument((event) => this.ride(event)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.drawAll()),
      vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
        if (kind === vscode.TextEditorSelectionChangeKind.Keyboard) this.typedAt = Date.now();
      }),
      vscode.workspace.onDidChangeConfiguration((change) => change.affectsConfiguration('tutti') && this.drawAll()),
    ];
  }

  /** Where somebody is in a document that is open here. */
  of(uri: string, participant: string): vscode.Range | undefined {
    const selection = this.places.get(uri)?.find((cursor) => cursor.participant === participant)?.selections[0];
    return selection && toRange({ start: selection.end, end: selection.end });
  }

  // The places count in the text after the edit that is on its way, if one is.
  private receive(message: CursorsParams): void {
    const { uri } = message.textDocument;
    const shared = this.documents.find(uri);
    if (shared) this.documents.inOrder(shared, () => {
      this.note(uri, message.cursors);
      this.places.set(uri, message.cursors);
      this.drawSoon(uri);
      this.arrived.fire(uri);
    });
  }

  private note(uri: string, cursors: RemoteCursor[]): void {
    const known = new Map(this.places.get(uri)?.map((cursor) => [cursor.participant, JSON.stringify(cursor.selections[0])]));
    for (const { participant, selections } of cursors) {
      if (known.get(participant) !== JSON.stringify(selections[0])) this.movedAt.set(participant, Date.now());
    }
  }

  private ride({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    const cursors = this.places.get(this.documents.get(document)?.uri ?? '');
    if (!cursors || contentChanges.length === 0) return;
    const edits = contentChanges.map(({ range, text }) => ({ range: plainRange(range), newText: text }));
    for (const cursor of cursors) cursor.selections = cursor.selections.map((range) => movedRange(range, edits));
  }

  private drop(uri: string): void {
    this.places.delete(uri);
    this.draw(uri);
  }
  clear(): void {
    [...this.places.keys()].forEach((uri) => this.drop(uri));
  }

  // ---- drawing

  private drawAll(): void {
    [...this.places.keys()].forEach((uri) => this.draw(uri));
  }

  private drawSoon(uri: string): void {
    this.due.add(uri);
    if (this.drawing) return;
    const pause = Date.now() - this.typedAt < drawWhileTypingMs ? drawWhileTypingMs : drawMs;
    this.drawing = setTimeout(() => {
      this.drawing = undefined;
      this.drawnAt = Date.now();
      this.due.forEach((one) => this.draw(one));
      this.due.clear();
    }, Math.max(0, this.drawnAt + pause - Date.now()));
  }

  private draw(uri: string): void {
    const cursors = settings().cursors ? this.places.get(uri) ?? [] : [];
    const layers = new Map<string, Layer>();
    for (const cursor of cursors) this.layOut(cursor, layers);
    for (const key of this.used.get(uri) ?? []) if (!layers.has(key)) layers.set(key, { look: () => ({}), places: [] });
    this.used.set(uri, new Set([...layers].filter(([, { places }]) => places.length > 0).map(([key]) => key)));
    for (const editor of this.documents.editorsOf(uri)) {
      for (const [key, { look, places }] of layers) editor.setDecorations(this.typeOf(key, look), places);
    }
    if (cursors.length > 0) this.fadeLater();
  }

  private layOut(cursor: RemoteCursor, layers: Map<string, Layer>): void {
    const add = (key: string, look: () => Look, range: vscode.Range) => {
      if (!layers.has(key)) layers.set(key, { look, places: [] });
      layers.get(key)!.places.push({ range, hoverMessage: cursor.name });
    };
    const color = colorIndex(cursor.color);
    cursor.selections.forEach((selection, i) => {
      const { line, character } = selection.end;
      const flag = i > 0 || !this.showsFlag(cursor.participant) ? 'none' : line === 0 ? 'below' : 'above';
      const key = flag === 'none' ? `${color}` : `${color} ${flag} ${cursor.kind} ${cursor.name}`;
      add(key, () => caretLook(cursor, flag), new vscode.Range(line, character, line, character));
      const range = toRange(selection);
      if (!range.isEmpty) add(`${color} selection`, () => selectionLook(color), range);
    });
  }

  private typeOf(key: string, look: () => Look): vscode.TextEditorDecorationType {
    const known = this.types.get(key);
    if (known) return known;
    const type = vscode.window.createTextEditorDecorationType(look());
    this.types.set(key, type);
    return type;
  }

  private showsFlag(participant: string): boolean {
    const { nameFlags } = settings();
    if (nameFlags !== 'moving') return nameFlags === 'always';
    return Date.now() - (this.movedAt.get(participant) ?? 0) < flagMs;
  }

  // Flags hide text, so they go when the caret has come to rest.
  private fadeLater(): void {
    if (this.fading || settings().nameFlags !== 'moving') return;
    const next = Math.min(...[...this.movedAt.values()].map((at) => at + flagMs - Date.now()).filter((ms) => ms > 0));
    if (!Number.isFinite(next)) return;
    this.fading = setTimeout(() => {
      this.fading = undefined;
      this.drawAll();
    }, next + 10);
  }

  dispose(): void {
    clearTimeout(this.fading);
    clearTimeout(this.drawing);
    this.subscriptions.forEach((one) => one.dispose());
    this.types.forEach((type) => type.dispose());
  }
}

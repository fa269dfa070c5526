// What the commands do. Each is one request to the server and one sentence to the person.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { ResponseError } from 'vscode-languageclient/node';
import type { Documents } from './documents';
import type { Follow } from './follow';
import { linkedFolder } from './folders';
import { editorLink, hostOf, invitationIn, isInvitation } from './invitation';
import { describe } from './people';
import { methods, type Person } from './protocol';
import type { Server } from './server';
import type { Session } from './session';
import { settings } from './settings';
import { summary, wordsFor } from './words';

const say = (text: string, ...buttons: string[]) => vscode.window.showInformationMessage(`Tutti: ${text}`, ...buttons);

export class Commands {
  constructor(
    private readonly server: Server, private readonly documents: Documents,
    private readonly session: Session, private readonly follow: Follow) {}

  // ---- sharing

  async share(): Promise<void> {
    const folder = await pickFolder('Which folder do you want to share?');
    if (!folder) return;
    const link = await this.newLink(folder);
    this.documents.considerAll();
    await offer(link, 'shared. The link is on the clipboard; who has it can edit. Give it to whom you trust.');
  }

  /** A folder that is shared already only gets a new link. */
  async copyLink(): Promise<void> {
    const folder = await pickFolder('The link of which folder?', (path) => linkedFolder(path) !== undefined);
    if (folder) await offer(await this.newLink(linkedFolder(folder) ?? folder), 'the link is on the clipboard.');
  }

  private async newLink(folder: string): Promise<string> {
    const { name, hub } = settings();
    const params = { folder, ...(name && { name }), ...(hub && { hub }) };
    return (await working('Sharing…', this.server.request(methods.share, params))).link;
  }

  // ---- joining

  async join(given?: unknown): Promise<void> {
    const link = typeof given === 'string' ? given : await askForLink();
    if (!link) return;
    const folder = await askWhere();
    if (folder === undefined) return;
    const { name } = settings();
    const params = { link: link.trim(), folder, ...(name && { name }) };
    const joined = await this.enter(params);
    if (joined) await openFolder(joined);
  }

  private async enter(params: { link: string; folder: string; name?: string; password?: string }): Promise<string | undefined> {
    try {
      return (await working('Joining…', this.server.request(methods.join, params))).folder;
    } catch (error) {
      if (params.password !== undefined || !asksForPassword(error)) throw error;
      const password = await vscode.window.showInputBox({ prompt: 'This session asks for a password', password: true, ignoreFocusOut: true });
      return password === undefined ? undefined : this.enter({ ...params, password });
    }
  }

  /** `vscode://tutti.tutti/join?link=…`: any web page can open one, so the person is asked. */
  async handleUri({ path, query, fragment }: vscode.Uri): Promise<void> {
    const link = invitationIn(path, query, fragment);
    if (!link) return void vscode.window.showErrorMessage('Tutti: this link is not an invitation.');
    const detail = 'Its files will be copied into a folder of yours, and what you type there will be seen by everybody in the session.';
    const answer = await vscode.window.showInformationMessage(`Join a session at ${hostOf(link)}?`, { modal: true, detail }, 'Join');
    if (answer) await vscode.commands.executeCommand('tutti.join', link);
  }

  async leave(): Promise<void> {
    const answer = await vscode.window.showWarningMessage('Leave the session?',
      { modal: true, detail: 'Your copy of the files stays as it is.' }, 'Leave');
    if (!answer) return;
    await this.server.request(methods.leave, {});
    this.documents.leaveAll();
    this.session.clear();
    void say('you left the session. The files stay as they are.');
  }

  // ---- people

  async who(): Promise<void> {
    const person = await this.pick('Who is here; choose somebody to go there');
    if (person) await this.follow.goTo(person);
  }
  async startFollowing(given?: Person): Promise<void> {
    const person = given ?? await this.pick('Whom do you want to follow?', true);
    if (person) await this.follow.start(person);
  }
  async reveal(given?: Person): Promise<void> {
    const person = given ?? await this.pick('To whom do you want to go?', true);
    if (person) await this.follow.goTo(person);
  }

  private async pick(placeHolder: string, atOnce = false): Promise<Person | undefined> {
    const { people } = this.session;
    if (people.length === 0) return void say('nobody else is here.');
    if (atOnce && people.length === 1) return people[0];
    const items = people.map((person) => ({ label: person.name, description: describe(person), person }));
    return (await vscode.window.showQuickPick(items, { placeHolder }))?.person;
  }

  // ---- how things stand

  async status(): Promise<void> {
    const { status, people, isIn } = this.session;
    const documents = status.documents.map((document) => ({
      label: `$(file) ${vscode.workspace.asRelativePath(vscode.Uri.parse(document.uri))}`, description: wordsFor(document), command: '',
    }));
    const entry = (label: string, command: string) => ({ label, command, description: '' });
    const inside = [entry('$(link) Copy Invitation Link', 'tutti.copyLink'), entry(`$(person) Who Is Here (${people.length + 1})`, 'tutti.who'),
      entry('$(sign-out) Leave Session', 'tutti.leave')];
    const outside = [entry('$(broadcast) Share Folder', 'tutti.share'), entry('$(plug) Join Session', 'tutti.join')];
    const title = isIn ? `${status.session!.name}: ${summary(status, people.length + 1)}` : 'Tutti: not in a session';
    const items = [...(isIn ? inside : outside), entry('$(output) Show Log', 'tutti.log'), ...documents];
    const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: status.message ?? '' });
    if (chosen?.command) await vscode.commands.executeCommand(chosen.command);
  }
}

async function offer(link: string, text: string): Promise<void> {
  await vscode.env.clipboard.writeText(link);
  void say(text, 'Copy as VS Code Link').then((answer) => {
    if (answer) void vscode.env.clipboard.writeText(editorLink(link, vscode.env.uriScheme));
  });
}

function asksForPassword(error: unknown): boolean {
  return error instanceof ResponseError && (error.data as { code?: string } | undefined)?.code === 'password_required';
}

function working<T>(title: string, work: Promise<T>): Thenable<T> {
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: `Tutti: ${title}` }, () => work);
}

async function pickFolder(placeHolder: string, fits: (path: string) => boolean = () => true): Promise<string | undefined> {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ uri }) => uri.fsPath).filter(fits);
  if (folders.length === 0) return openFirst();
  return folders.length === 1 ? folders[0] : vscode.window.showQuickPick(folders, { placeHolder });
}

function openFirst(): undefined {
  void say('open the folder first that you want to share.', 'Open Folder').then((answer) =>
    answer && vscode.commands.executeCommand('workbench.action.files.openFolder'));
}

async function askForLink(): Promise<string | undefined> {
  const copied = await vscode.env.clipboard.readText();
  return vscode.window.showInputBox({
    prompt: 'The link that you were given', value: isInvitation(copied) ? copied.trim() : '', ignoreFocusOut: true,
    placeHolder: 'https://…/s/…#…', validateInput: (text) => (isInvitation(text) ? undefined : 'A link looks like https://…/s/…#…'),
  });
}

const isFree = (folder: string) => !existsSync(folder) || readdirSync(folder).length === 0;

/** A folder of one's own choice, with one that is free as the suggestion. */
async function askWhere(): Promise<string | undefined> {
  const number = [...Array(1000).keys()].find((i) => isFree(suggested(i))) ?? 0;
  const answer = await vscode.window.showInputBox({
    prompt: 'The folder for the files: a new or an empty one', value: suggested(number), ignoreFocusOut: true,
    validateInput: (text) => (!text.startsWith('/') ? 'A path from /' : isFree(text) ? undefined : 'There are files in it already'),
  });
  return answer?.trim();
}
const suggested = (number: number) => `${homedir()}/tutti/session${number === 0 ? '' : number + 1}`;

async function openFolder(folder: string): Promise<void> {
  const forceNewWindow = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder), { forceNewWindow });
}

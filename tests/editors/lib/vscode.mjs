// A real VS Code: code-server, whose workbench and extension host are VS Code's own, and Chromium, which shows it. One server may
// have several windows. Keys are real keys; what has to be looked at or done in one turn goes through probe/probe.js.
import {cpSync, existsSync, mkdirSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {chromium} from 'playwright-core'
import {Switchboard} from './probe.mjs'
import {bin, environment, root, start, stop} from './process.mjs'
import {VscodeHands} from './vscode_hands.mjs'
import {patienceMs, until} from './wait.mjs'

export const vsix = join(root, 'build/tutti.vsix')

const quiet = {
  'workbench.startupEditor': 'none', 'workbench.tips.enabled': false, 'telemetry.telemetryLevel': 'off', 'update.mode': 'none',
  'extensions.autoUpdate': false, 'extensions.autoCheckUpdates': false, 'window.restoreWindows': 'none', 'files.autoSave': 'off',
  'editor.minimap.enabled': false, 'editor.quickSuggestions': false, 'editor.wordBasedSuggestions': 'off',
  'editor.acceptSuggestionOnEnter': 'off', 'editor.occurrencesHighlight': 'off', 'git.enabled': false,
  'chat.disableAIFeatures': true, 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'security.workspace.trust.enabled': false,
}

/** The program and its one browser. */
export class Code {
  constructor(folder, settings = {}) {
    Object.assign(this, {folder, settings, home: join(folder, 'home'), data: join(folder, 'data'), extensions: join(folder, 'extensions')})
    this.switchboard = new Switchboard(join(folder, 'probe.sock'))
    this.programs = process.env.TUTTI_CODE_SERVER
  }

  async start() {
    if (!this.programs || !existsSync(vsix)) throw new Error('TUTTI_CODE_SERVER names no code-server, or build/tutti.vsix is not there: ./dev test installs and builds them')
    for (const name of [this.home, join(this.data, 'User'), join(this.data, 'Machine'), this.extensions]) mkdirSync(name, {recursive: true})
    writeFileSync(join(this.data, 'User/settings.json'), JSON.stringify({...quiet, ...this.settings}))
    // VS Code asks a shell for its PATH, so the one of the test does not count.
    writeFileSync(join(this.data, 'Machine/settings.json'), JSON.stringify({'tutti.path': join(bin, 'tutti')}))
    cpSync(join(root, 'tests/editors/probe'), join(this.extensions, 'tutti-tests.probe-0.0.1'), {recursive: true})
    await this.switchboard.start()
    await this.#install()
    this.port = await freePort()
    this.child = this.#server(['--auth', 'none', '--bind-addr', `127.0.0.1:${this.port}`, '--disable-telemetry', '--disable-update-check',
      '--disable-getting-started-override', ...(this.settings['security.workspace.trust.enabled'] ? [] : ['--disable-workspace-trust'])])
    this.child.stdout.resume()
    await until('code-server', () => fetch(`http://127.0.0.1:${this.port}/healthz`).then((answer) => answer.ok, () => false))
    this.browser = await chromium.launch({executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu']})
  }

  #server(args) {
    return start(join(this.programs, 'node/node'), [join(this.programs, 'package/out/node/entry.js'), '--user-data-dir', this.data,
      '--extensions-dir', this.extensions, ...args],
    {env: environment(this.home, {TUTTI_PROBE: this.switchboard.path}), log: join(this.folder, 'code-server.log'), group: true})
  }

  async #install() {
    const child = this.#server(['--install-extension', vsix])
    child.stdout.resume()
    const {code} = await child.ended
    if (code !== 0) throw new Error(`VS Code does not take the extension; see ${this.folder}/code-server.log`)
  }

  async stop() {
    await this.browser?.close()
    this.switchboard.stop()
    if (this.child) await stop(this.child)
  }
}

async function freePort() {
  const {createServer} = await import('node:net')
  const server = createServer()
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
  const {port} = server.address()
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** One window; an Editor of company.mjs. */
export class Window {
  constructor(name, code, size = {width: 1100, height: 700}) {
    Object.assign(this, {name, code, size})
  }
  async start() {}

  /** Shows `folder`, with `file` of it open if one is named. */
  async look(folder, file) {
    const {port} = this.code
    const payload = file ? `&payload=${encodeURIComponent(JSON.stringify([['openFile', `vscode-remote://127.0.0.1:${port}${join(folder, file)}`]]))}` : ''
    this.context ??= await this.code.browser.newContext({viewport: this.size})
    this.context.setDefaultTimeout(patienceMs)
    this.page ??= await this.context.newPage()
    await this.page.goto(`http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}${payload}`)
  }
  /** The same, and waits for what runs in it. */
  async show(folder, file) {
    await this.look(folder, file)
    this.probe = await this.code.switchboard.caller(folder)
    await until(`${this.name}'s extension`, () => this.run(`return vscode.extensions.getExtension('tutti.tutti')?.isActive`))
  }
  async open(path) {
    const folder = path.slice(0, path.lastIndexOf('/'))
    await this.show(folder, path.slice(folder.length + 1))
    await this.linked(path)
    await this.page.click('.editor-group-container .monaco-editor .view-lines')
  }
  async linked(path) {
    this.path = path
    await until(`${this.name} to link ${path}`, () => this.run(`
      const status = tutti.status()
      return status.connection === 'online' && status.documents.some(({uri, state}) => uri.endsWith(args) && state !== 'fetching')`, encodeURI(path)))
  }

  run(code, args) {
    return this.probe.run(code, args)
  }
  command(name, ...args) {
    return this.run('return vscode.commands.executeCommand(...args)', [name, ...args])
  }
  async keys(...keys) {
    for (const key of keys) await this.page.keyboard.press(key)
  }
  /** A command, by its title in the palette. */
  async palette(title) {
    await this.page.keyboard.press('F1')
    await this.page.waitForSelector('.quick-input-widget input:focus')
    await this.page.keyboard.type(title)
    await this.page.waitForSelector(`.quick-input-list .monaco-list-row.focused[aria-label^="${title}"]`)
    await this.page.keyboard.press('Enter')
  }
  /** The file's text as a save would write it, with LF line ends. */
  text() {
    return this.run(`
      const document = vscode.workspace.textDocuments.find(({uri}) => uri.fsPath === args)
      return document?.getText().replaceAll('\\r\\n', '\\n') ?? null`, this.path)
  }
  /** Everything typed here is safe on the hub's disk. */
  settled() {
    return this.run(`const {connection, pending} = tutti.status(); return connection === 'online' && pending === 0`)
  }
  async save() {
    await this.run(`await vscode.workspace.textDocuments.find(({uri}) => uri.fsPath === args).save()`, this.path)
  }
  hands() {
    return new VscodeHands(this)
  }
  async trouble() {
    return JSON.stringify(await this.run('return tutti.status()'))
  }
  screenshot(path) {
    return this.page.screenshot({path})
  }
  async stop() {
    await this.context?.close()
  }
}

/** For Company: a VS Code with one window, alone. */
export function vscode(settings) {
  return (name, home) => {
    const code = new Code(join(home, 'code'), settings)
    const window = new Window(name, code)
    window.start = async () => {
      mkdirSync(code.folder, {recursive: true})
      await code.start()
    }
    window.stop = () => code.stop()
    Object.defineProperty(window, 'child', {get: () => code.child})
    return window
  }
}

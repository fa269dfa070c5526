// A real Emacs without a screen, with the package and nothing else: a command loop, a socket to ask it things, keys.
import {execFileSync} from 'node:child_process'
import {cpSync, mkdirSync, readdirSync} from 'node:fs'
import {connect} from 'node:net'
import {join} from 'node:path'
import readline from 'node:readline'
import {EmacsHands} from './emacs_hands.mjs'
import {bin, environment, root, scratch, start, stop} from './process.mjs'
import {until} from './wait.mjs'

let compiled
/** The package as people have it: byte-compiled. */
function clientFolder() {
  if (!compiled) {
    compiled = scratch('emacs-package')
    cpSync(join(root, 'clients/emacs'), compiled, {recursive: true})
    const files = readdirSync(compiled).filter((name) => name.endsWith('.el')).map((name) => join(compiled, name))
    execFileSync('emacs', ['-Q', '--batch', '-L', compiled, '-f', 'batch-byte-compile', ...files], {stdio: ['ignore', 'ignore', 'pipe']})
  }
  return compiled
}
const control = join(root, 'tests/editors/emacs/control.el')

/** A string as Emacs Lisp reads it. */
export const quoted = (text) => `"${text.replace(/[\\"]/g, '\\$&')}"`

/** Arguments that make an Emacs one of ours: nothing of the person's, the package, a socket. */
export function emacsArguments({name, home, settings = ''}) {
  return ['-Q', '--eval', '(setq native-comp-deferred-compilation nil)', '-L', clientFolder(), '-l', control, '--eval',
    `(progn (setq make-backup-files nil auto-save-default nil ring-bell-function 'ignore inhibit-startup-screen t large-file-warning-threshold nil)
            (require 'tutti)
            (setq tutti-command '(${quoted(join(bin, 'tutti'))} "lsp") tutti-name ${quoted(name)})
            ${settings}
            (global-tutti-mode 1)
            (control-listen ${quoted(join(home, 'control'))}))`]
}

/** What a test asks of an Emacs, however that was started. */
export class EmacsTalk {
  constructor(name, home) {
    Object.assign(this, {name, home, serial: 0, waiting: new Map(), marks: 0})
  }
  async attach() {
    this.socket = await until(`${this.name} to listen`, () => new Promise((resolve) => {
      const socket = connect(join(this.home, 'control'), () => resolve(socket))
      socket.on('error', () => resolve(null))
    }))
    this.socket.on('close', () => this.#gone())
    readline.createInterface({input: this.socket}).on('line', (line) => {
      const [id, value, fault] = JSON.parse(line)
      const {resolve, reject} = this.waiting.get(id)
      this.waiting.delete(id)
      if (fault === null) resolve(value)
      else reject(new Error(`${this.name}: ${fault}`))
    })
  }
  #gone() {
    for (const {reject} of this.waiting.values()) reject(new Error(`${this.name} has ended`))
    this.waiting.clear()
  }
  eval(form) {
    const id = ++this.serial
    return new Promise((resolve, reject) => {
      this.waiting.set(id, {resolve, reject})
      this.socket.write(JSON.stringify([id, form]) + '\n')
    })
  }
  /** Types strings and, in arrays, keys by name (`['C-x']`); done when the command loop has worked them off. */
  async type(...keys) {
    const mark = ++this.marks
    await this.eval(`(control-type '(${keys.map((key) => (Array.isArray(key) ? `(${quoted(key[0])})` : quoted(key))).join(' ')}))`)
    await until(`${this.name} to work off its keys`, () => this.eval(`(>= control-typed ${mark})`))
  }
  async open(path) {
    await this.eval(`(find-file ${quoted(path)})`)
    this.path = path
    await until(`${this.name} to link ${path}`, () => this.eval(`
      (and tutti-buffer-doc (tutti-buffer-open-p tutti-buffer-doc) (equal (plist-get tutti-people-status :connection) "online")
           (seq-some (lambda (document)
                       (and (equal (plist-get document :uri) (tutti-buffer-uri tutti-buffer-doc)) (not (equal (plist-get document :state) "fetching"))))
                     (plist-get tutti-people-status :documents))
           t)`))
  }
  text() {
    return this.eval(`(with-current-buffer (get-file-buffer ${quoted(this.path)}) (or (tutti-text-all) ""))`).then((text) => text ?? '')
  }
  settled() {
    return this.eval(`(and (equal (plist-get tutti-people-status :connection) "online") (eql (plist-get tutti-people-status :pending) 0))`)
  }
  save() {
    return this.eval(`(with-current-buffer (get-file-buffer ${quoted(this.path)}) (set-visited-file-modtime) (set-buffer-modified-p t) (save-buffer) nil)`)
  }
  hands() {
    return new EmacsHands(this)
  }
  trouble() {
    return this.eval(`(with-current-buffer "*Messages*" (buffer-string))`)
  }
}

export class Emacs extends EmacsTalk {
  constructor(name, home, log) {
    super(name, home)
    this.log = log
  }
  arguments() {
    return emacsArguments(this)
  }
  async start() {
    mkdirSync(this.home, {recursive: true})
    this.child = start('emacs', [`--fg-daemon=${this.name}`, ...this.arguments()],
      {env: environment(this.home, {TMPDIR: this.home, XDG_RUNTIME_DIR: this.home, LANG: 'C.UTF-8'}), log: this.log})
    this.child.stdout.resume()
    const ended = this.child.ended.then(({code, signal}) => { throw new Error(`${this.name} ended with ${signal ?? code}; see ${this.log}`) })
    ended.catch(() => null)
    try {
      await Promise.race([this.attach(), ended])
    } catch (error) {
      process.env.TUTTI_KEEP = '1'
      throw error
    }
  }
  async stop() {
    this.socket?.destroy()
    await stop(this.child, 'SIGKILL')
  }
}

/** For Company. */
export const emacs = (name, home, log) => new Emacs(name, home, log)

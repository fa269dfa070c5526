// Editors with nothing of ours but an entry for the language server: Neovim, Helix, and Emacs with eglot.
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {attach} from 'neovim'
import {Emacs, quoted} from './emacs.mjs'
import {Neovim, versions} from './nvim.mjs'
import {bin, environment, root, start} from './process.mjs'
import {Terminal} from './terminal.mjs'
import {Ledger} from './typist.mjs'
import {until} from './wait.mjs'

const server = process.env.TUTTI_SERVER ?? join(bin, 'tutti')
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

export class PlainNeovim extends Neovim {
  async start() {
    mkdirSync(this.home, {recursive: true})
    this.child = start(this.program, ['--headless', '--embed', '--clean', '-n', '--cmd', 'set hidden nomore'],
      {env: environment(this.home, {ALLOW_CONSOLE: '1'}), log: this.log})
    this.api = attach({proc: this.child})
    await this.lua('return 1')
  }
  async open(path) {
    await this.api.command(`edit ${path}`)
    this.path = path
    await this.lua(`
      local id = vim.lsp.start_client({name = 'tutti', cmd = {${quoted(server)}, 'lsp', '--log', ${quoted(this.log + '.lsp')}}, root_dir = vim.fn.getcwd()})
      vim.lsp.buf_attach_client(0, id)`)
    await until(`${this.name} to be attached`, () => this.lua(`
      for _, client in pairs(vim.lsp.buf_get_clients(0)) do if client.name == 'tutti' then return true end end
      return false`))
  }
  settled() {
    return true // nobody tells it; the texts are compared
  }
}

/** By real keys on a screen of its own. Where its caret is, only it knows: it goes to a line's beginning or end. */
class HelixTypist extends Ledger {
  constructor(helix, seed, capitals) {
    super(helix.name, seed, capitals)
    this.helix = helix
  }
  async edit() {
    this.edits++
    const kind = this.random.below(100)
    const [words, where] = kind < 90 ? [this.words(), this.random.pick(['I', 'A', 'o', 'O'])] : [this.paste().join(' '), 'A']
    this.note(where, words)
    await this.helix.edit(1 + this.random.below(60), where, words)
  }
}

export class Helix {
  constructor(name, home, log) {
    Object.assign(this, {name, home, log})
  }
  async start() {
    const config = join(this.home, '.config/helix')
    mkdirSync(config, {recursive: true})
    writeFileSync(join(config, 'languages.toml'), `[language-server.tutti]
command = "${server}"
args = ["lsp", "--log", "${this.log}.lsp"]
[[language]]
name = "plain"
scope = "text.plain"
file-types = ["txt"]
language-servers = ["tutti"]
`)
    writeFileSync(join(config, 'config.toml'), '[editor]\nauto-completion = false\nauto-pairs = false\nauto-format = false\n')
    this.terminal = new Terminal(this.home, {columns: 100, rows: 30})
    this.child = {}
  }
  async open(path) {
    this.path = path
    this.terminal.start(['env', `HOME=${this.home}`, process.env.TUTTI_HELIX, path])
    await until(`${this.name} to show ${path}`, () => this.terminal.plain().includes('NOR'))
  }
  /** To the line, or the last; then the text goes in at `where`. */
  async edit(line, where, words) {
    this.terminal.keys(`${line}`, 'g', 'g', where)
    this.terminal.keys('-l', words)
    await pause(12) // an Escape and a key in one write would be a key with Alt
    this.terminal.keys('Escape')
    await pause(12)
  }
  settled() {
    return true
  }
  async text() {
    await this.save()
    await pause(150) // it says nothing that could be waited for; whoever compares comes again
    return existsSync(this.path) ? readFileSync(this.path, 'utf8') : '' // it is away for a moment while it is written
  }
  async save() {
    this.terminal.keys('Escape')
    await pause(12)
    this.terminal.keys(':', 'w', '!', 'Enter')
  }
  typist(seed, capitals) {
    return new HelixTypist(this, seed, capitals)
  }
  trouble() {
    return this.terminal.plain()
  }
  async stop() {
    this.terminal.stop()
  }
}

/** eglot as the manual says to set it up. */
export class Eglot extends Emacs {
  packages() {
    return `(progn (setq make-backup-files nil auto-save-default nil ring-bell-function 'ignore inhibit-startup-screen t require-final-newline nil)
      (let ((default-directory "/usr/share/emacs/site-lisp/elpa/")) (normal-top-level-add-subdirs-to-load-path))
      (require 'eglot)
      (setq eglot-confirm-server-initiated-edits nil eglot-send-changes-idle-time 0 eglot-sync-connect 30 eglot-autoshutdown nil)
      (add-to-list 'eglot-server-programs '(text-mode . (${quoted(server)} "lsp" "--push" "--log" ${quoted(this.log + '.lsp')})))
      (control-listen ${quoted(join(this.home, 'control'))}))`
  }
  arguments() {
    return ['-Q', '--eval', '(setq native-comp-deferred-compilation nil)', '-l', join(root, 'tests/editors/emacs/control.el'), '--eval', this.packages()]
  }
  async open(path) {
    this.path = path
    await this.eval(`(progn (find-file ${quoted(path)}) (text-mode) (apply #'eglot (eglot--guess-contact)) nil)`)
    await until(`${this.name} to be attached`, () => this.eval('(and (eglot-current-server) eglot--managed-mode t)'))
  }
  text() {
    return this.eval(`(with-current-buffer (get-file-buffer ${quoted(this.path)}) (save-restriction (widen) (buffer-substring-no-properties (point-min) (point-max))))`)
  }
  settled() {
    return true
  }
}

/** The editors that the tests know, by name. */
export const editors = {
  'Neovim 0.7': (name, home, log) => new PlainNeovim(name, home, versions.old, log),
  'Neovim 0.10': (name, home, log) => new PlainNeovim(name, home, versions.new, log),
  Helix: (name, home, log) => new Helix(name, home, log),
  eglot: (name, home, log) => new Eglot(name, home, log),
}

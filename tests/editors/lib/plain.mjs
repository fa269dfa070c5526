// Editors with nothing of ours but an entry for the language server: Neovim, and Emacs with eglot. Helix is in helix.mjs.
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {attach} from 'neovim'
import {Emacs, quoted} from './emacs.mjs'
import {Neovim, versions} from './nvim.mjs'
import {bin, environment, root, start} from './process.mjs'
import {until} from './wait.mjs'

/** The words that start the language server. With TUTTI_RECORD=1 all that is said to it and by it is in LOG.said. */
export function server(log, ...flags) {
  const plain = [join(bin, 'tutti'), 'lsp', '--log', `${log}.lsp`, ...flags]
  return process.env.TUTTI_RECORD ? [process.execPath, join(root, 'tests/editors/lib/record.mjs'), ...plain, '--record', `${log}.said`] : plain
}

export class PlainNeovim extends Neovim {
  plain = true
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
      local id = vim.lsp.start_client({name = 'tutti', cmd = {${server(this.log).map(quoted).join(', ')}}, root_dir = vim.fn.getcwd()})
      vim.lsp.buf_attach_client(0, id)`)
    await until(`${this.name} to be attached`, () => this.lua(`
      for _, client in pairs(vim.lsp.buf_get_clients(0)) do if client.name == 'tutti' then return true end end
      return false`))
  }
  settled() {
    return true // nobody tells it; the texts are compared
  }
  /** It cannot hold a text without a final newline, and is not told when others take it away. */
  holds(text) {
    return text.replace(/\n$/, '')
  }
}

/** eglot as the manual says to set it up. */
export class Eglot extends Emacs {
  plain = true
  packages() {
    return `(progn (setq make-backup-files nil auto-save-default nil ring-bell-function 'ignore inhibit-startup-screen t require-final-newline nil)
      (let ((default-directory "/usr/share/emacs/site-lisp/elpa/")) (normal-top-level-add-subdirs-to-load-path))
      (require 'eglot)
      (setq eglot-confirm-server-initiated-edits nil eglot-send-changes-idle-time 0 eglot-sync-connect 30 eglot-autoshutdown nil)
      (add-to-list 'eglot-server-programs '(text-mode . (${server(this.log, '--push').map(quoted).join(' ')})))
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

/** For Company. */
export const plainNeovim = (version) => (name, home, log) => new PlainNeovim(name, home, versions[version], log)
export const eglot = (name, home, log) => new Eglot(name, home, log)

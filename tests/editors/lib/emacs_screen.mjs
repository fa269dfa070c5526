// An Emacs on a screen of its own: its keys come from a terminal, as an input method wants them.
import {mkdirSync} from 'node:fs'
import {emacsArguments, EmacsTalk} from './emacs.mjs'
import {Terminal} from './terminal.mjs'

export class EmacsOnScreen extends EmacsTalk {
  async start() {
    mkdirSync(this.home, {recursive: true})
    this.terminal = new Terminal(this.home, {columns: 100, rows: 30})
    this.terminal.start(['env', `HOME=${this.home}`, 'emacs', '-nw', ...emacsArguments(this)])
    this.child = {}
    await this.attach()
  }
  /** One key, of which nobody knows when it is worked off. */
  press(key) {
    this.terminal.keys('-l', key)
  }
  async stop() {
    this.socket?.destroy()
    this.terminal.stop()
  }
}

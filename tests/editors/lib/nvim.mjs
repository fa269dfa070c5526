// A real Neovim without a screen, with the plugin and nothing else.
import {mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {attach} from 'neovim'
import {bin, environment, root, start, stop} from './process.mjs'
import {NeovimHands} from './nvim_hands.mjs'
import {until} from './wait.mjs'

const plugin = join(root, 'clients/nvim')

/** The Neovims that the tests know: the floor, and the one that users have. */
export const versions = {old: 'nvim', new: process.env.TUTTI_NVIM_NEW ?? 'nvim'}

export class Neovim {
  constructor(name, home, program = versions.old, log) {
    Object.assign(this, {name, home, program, log})
  }

  async start() {
    mkdirSync(this.home, {recursive: true})
    this.child = start(this.program, ['--headless', '--embed', '--clean', '-n', '--cmd', `set rtp^=${plugin}`, '--cmd', 'set hidden nomore',
      '--cmd', `lua require('tutti').setup({cmd = {'${join(bin, 'tutti')}', 'lsp'}, name = '${this.name}', ${this.settings ?? ''}})`],
    {env: environment(this.home, {ALLOW_CONSOLE: '1'}), log: this.log})
    this.api = attach({proc: this.child})
    await this.lua('return 1')
  }

  lua(code, args = []) {
    return this.api.lua(code, args)
  }
  keys(text) {
    return this.api.input(text)
  }
  async open(path) {
    await this.api.command(`edit ${path}`)
    this.path = path
    await until(`${this.name} to link ${path}`, () => this.lua(`
      local state = require('tutti.link').get(0)
      local status = require('tutti.people').status
      if not (state and state.open and status and status ~= vim.NIL and status.connection == 'online') then return false end
      for _, document in ipairs(status.documents) do
        if document.uri == state.uri then return document.state ~= 'fetching' end
      end
      return false`))
  }
  /** The file's text as a save would write it, with LF line ends. */
  text() {
    return this.lua(`
      local lines = vim.api.nvim_buf_get_lines(0, 0, -1, true)
      local empty = #lines == 1 and lines[1] == '' and vim.fn.line2byte(1) == -1
      return table.concat(lines, '\\n') .. ((vim.bo.endofline and not empty) and '\\n' or '')`)
  }
  /** Everything typed here is safe on the hub's disk. */
  settled() {
    return this.lua(`
      local status = require('tutti.people').status
      return status ~= nil and status.connection == 'online' and status.pending == 0`)
  }
  save() {
    return this.api.command('silent write!')
  }
  hands() {
    return new NeovimHands(this)
  }
  trouble() {
    return this.lua(`return vim.fn.execute('messages')`)
  }
  async stop() {
    await stop(this.child, 'SIGKILL')
  }
}

/** For Company: a Neovim whose undo keys take back one's own. */
export const neovim = (version) => (name, home, log) => Object.assign(new Neovim(name, home, versions[version], log), {settings: 'undo_keys = true'})

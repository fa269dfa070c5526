// A real Helix on a screen of its own, with nothing of ours but an entry for the language server.
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {HelixHands} from './helix_hands.mjs'
import {server} from './plain.mjs'
import {Terminal} from './terminal.mjs'
import {until} from './wait.mjs'

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

// Escape begins what a terminal sends for Alt and a key, and a busy Helix takes it for that; Ctrl-g is one byte.
const config = `[editor]
auto-completion = false
auto-pairs = false
auto-format = false
[editor.search]
smart-case = false
[keys]
insert.C-g = "normal_mode"
normal.C-g = "normal_mode"
select.C-g = "normal_mode"
`
const languages = ([command, ...words]) => `[language-server.tutti]
command = "${command}"
args = ${JSON.stringify(words)}
[[language]]
name = "plain"
scope = "text.plain"
file-types = ["txt"]
language-servers = ["tutti"]
`

export class Helix {
  plain = true
  constructor(name, home, log) {
    Object.assign(this, {name, home, log})
  }
  async start() {
    const folder = join(this.home, '.config/helix')
    mkdirSync(folder, {recursive: true})
    writeFileSync(join(folder, 'languages.toml'), languages(server(this.log)))
    writeFileSync(join(folder, 'config.toml'), config)
    this.terminal = new Terminal(this.home, {columns: 100, rows: 30})
    this.child = {}
  }
  async open(path) {
    this.path = path
    this.terminal.start(['env', `HOME=${this.home}`, process.env.TUTTI_HELIX, path])
    await until(`${this.name} to show ${path}`, () => this.terminal.plain().includes('NOR'))
  }
  /** Types the keys in one write, pastes, and comes back to normal mode. */
  async type(keys, pasted) {
    this.terminal.keys('-l', keys)
    if (pasted !== undefined) this.terminal.paste(pasted)
    this.#leave()
  }
  #leave() {
    this.terminal.keys('C-g')
  }
  settled() {
    return true // nobody tells it; the texts are compared
  }
  async text() {
    await this.save()
    await pause(150) // it says nothing that could be waited for; whoever compares comes again
    return existsSync(this.path) ? readFileSync(this.path, 'utf8') : '' // it is away for a moment while it is written
  }
  async save() {
    this.#leave()
    this.terminal.keys('-l', ':w!\r')
  }
  hands() {
    return new HelixHands(this)
  }
  trouble() {
    return this.terminal.plain()
  }
  async stop() {
    this.terminal.stop()
  }
}

/** For Company. */
export const helix = (name, home, log) => new Helix(name, home, log)

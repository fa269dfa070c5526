// A picture of one Neovim in which two others are seen: real programs, a real screen.
//   node screenshot.mjs [FOLDER]     writes FOLDER/cursors.png; checks that the names and the colours are on the screen
import {execFileSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {file, person, twoGuests} from './lib/party.mjs'
import {bin, cleanUp, root, say, scratch} from './lib/process.mjs'
import {Hub} from './lib/session.mjs'
import {svgOf, Terminal} from './lib/terminal.mjs'
import {until} from './lib/wait.mjs'

const folder = resolve(process.argv[2] ?? join(root, 'build/screenshots'))
const background = '#1c1f26'
/** The Neovim that is looked at. */
async function watcher({folder: project, home}, size) {
  const terminal = new Terminal(home, size)
  const setup = `lua require('tutti').setup({cmd = {'${join(bin, 'tutti')}', 'lsp'}, name = 'You'})`
  const looks = `set termguicolors background=dark number laststatus=2 noruler noshowcmd shortmess+=F`
  const line = `set statusline=%f\\ %m%=%{luaeval(\\"require('tutti').statusline()\\")}\\ `
  const colours = `hi Normal guifg=#d8d8d8 guibg=${background} | hi LineNr guifg=#5c6370 | hi EndOfBuffer guifg=#3a3f4b | hi StatusLine gui=none guifg=#d8d8d8 guibg=#333844`
  terminal.start(['nvim', '--clean', '-n', '--cmd', `set rtp^=${join(root, 'clients/nvim')}`, '--cmd', setup, '-c', looks, '-c', line, '-c', colours, join(project, file)])
  return terminal
}

let hub, terminal
const people = []
try {
  mkdirSync(folder, {recursive: true})
  const home = scratch('screenshot')
  hub = new Hub(join(home, 'hub'))
  mkdirSync(hub.folder)
  await hub.start()
  const you = await person('You', home, hub)
  people.push({one: you.one})
  terminal = await watcher(you.one, {columns: 84, rows: 27})
  await until('the file on the screen', () => terminal.plain().includes('def welcome'))
  people.push(...await twoGuests(home, you.link))
  await until('both of them on the screen, where they are', () => [/words = .*Grace/, /guests"\).*Linus/, /3 here/].every((words) => words.test(terminal.plain())))
  terminal.keys('7', 'G', '$')
  await until('the own caret', () => terminal.caret().y === 6)
  const svg = join(folder, 'cursors.svg')
  writeFileSync(svg, svgOf(terminal, background))
  execFileSync('rsvg-convert', ['--zoom', '1.25', '-o', join(folder, 'cursors.png'), svg])
  say(`${join(folder, 'cursors.png')}`)
} finally {
  terminal?.stop()
  for (const {one, neovim} of people) {
    await neovim?.stop()
    await one.stop()
  }
  await hub?.stop()
  await cleanUp()
}

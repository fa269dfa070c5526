// Pictures of a Neovim and of an Emacs in which two others are seen: real programs, a real screen.
//   node screenshot.mjs [FOLDER]     writes FOLDER/cursors.png, emacs.png, emacs-light.png; checks that the names are on the screen
import {execFileSync} from 'node:child_process'
import {mkdirSync, writeFileSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {emacsArguments, EmacsTalk} from './lib/emacs.mjs'
import {file, person, twoGuests} from './lib/party.mjs'
import {bin, cleanUp, root, say, scratch} from './lib/process.mjs'
import {Hub} from './lib/session.mjs'
import {svgOf, Terminal} from './lib/terminal.mjs'
import {until} from './lib/wait.mjs'

const folder = resolve(process.argv[2] ?? join(root, 'build/screenshots'))
const background = '#1c1f26'
/** The Neovim that is looked at. */
function neovimWatcher({folder: project, home}, size) {
  const terminal = new Terminal(home, size)
  const setup = `lua require('tutti').setup({cmd = {'${join(bin, 'tutti')}', 'lsp'}, name = 'You'})`
  const looks = `set termguicolors background=dark number laststatus=2 noruler noshowcmd shortmess+=F`
  const line = `set statusline=%f\\ %m%=%{luaeval(\\"require('tutti').statusline()\\")}\\ `
  const colours = `hi Normal guifg=#d8d8d8 guibg=${background} | hi LineNr guifg=#5c6370 | hi EndOfBuffer guifg=#3a3f4b | hi StatusLine gui=none guifg=#d8d8d8 guibg=#333844`
  terminal.start(['nvim', '--clean', '-n', '--cmd', `set rtp^=${join(root, 'clients/nvim')}`, '--cmd', setup, '-c', looks, '-c', line, '-c', colours, join(project, file)])
  return terminal
}

/** The Emacs that is looked at; its colours are its own. */
const emacsWatcher = (look) => ({folder: project, home}, size) => {
  const terminal = new Terminal(home, size)
  const settings = `(progn (menu-bar-mode -1) (global-display-line-numbers-mode 1) (setq frame-background-mode '${look.mode})
    (set-face-attribute 'default nil :foreground ${JSON.stringify(look.text)} :background ${JSON.stringify(look.background)})
    (mapc #'frame-set-background-mode (frame-list)))`
  terminal.start(['env', 'COLORTERM=truecolor', 'emacs', '-nw', ...emacsArguments({name: 'You', home, settings}), join(project, file)])
  return terminal
}

/** One picture: `watch` starts the editor that is looked at, `here` says on its screen that three are there. */
async function picture({name, watch, here, caret, background}) {
  const home = scratch('screenshot')
  const people = []
  let hub, terminal
  try {
    hub = new Hub(join(home, 'hub'))
    mkdirSync(hub.folder)
    await hub.start()
    const you = await person('You', home, hub)
    people.push({one: you.one})
    terminal = watch(you.one, {columns: 84, rows: 27})
    await until('the file on the screen', () => terminal.plain().includes('def welcome'))
    people.push(...await twoGuests(home, you.link))
    await until('both of them on the screen, where they are', () =>
      [/words = .*Grace/, /guests"\).*Linus/, here].every((words) => words.test(terminal.plain())))
    await caret(terminal, you.one)
    await until('the own caret', () => terminal.caret().y === 6)
    const svg = join(folder, `${name}.svg`)
    writeFileSync(svg, svgOf(terminal, background))
    execFileSync('rsvg-convert', ['--zoom', '1.25', '-o', join(folder, `${name}.png`), svg])
    say(join(folder, `${name}.png`))
  } finally {
    terminal?.stop()
    for (const {one, neovim} of people) {
      await neovim?.stop()
      await one.stop()
    }
    await hub?.stop()
  }
}

const emacsCaret = async (terminal, {home}) => {
  const emacs = new EmacsTalk('You', home)
  await emacs.attach()
  await emacs.eval('(progn (goto-char (point-min)) (forward-line 6) (end-of-line) (set-window-point nil (point)) (message nil) (redisplay t) nil)')
}
const dark = {mode: 'dark', text: '#d8d8d8', background}
const light = {mode: 'light', text: '#24292f', background: '#fdfdfb'}
const pictures = [
  {name: 'cursors', watch: neovimWatcher, here: /3 here/, caret: (terminal) => terminal.keys('7', 'G', '$'), background},
  {name: 'emacs', watch: emacsWatcher(dark), here: /Tutti:3/, caret: emacsCaret, background},
  {name: 'emacs-light', watch: emacsWatcher(light), here: /Tutti:3/, caret: emacsCaret, background: light.background},
]

try {
  mkdirSync(folder, {recursive: true})
  for (const one of pictures) {
    if (!process.argv[3] || process.argv[3] === one.name) await picture(one)
  }
} finally {
  await cleanUp()
}
process.exit()

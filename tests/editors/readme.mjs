// README.md and docs/PLAIN.md, followed to the letter by people who have nothing yet: install, share, join, type, leave, each in a
// terminal of their own, with the settings, commands and keys that the pages name. Each has to be in within a minute.
import {existsSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Manual} from './lib/manual.mjs'
import {versions} from './lib/nvim.mjs'
import {cleanUp, environment, root, say, scratch, start, stop} from './lib/process.mjs'
import {Terminal} from './lib/terminal.mjs'
import {until} from './lib/wait.mjs'

const minute = 60_000
const readme = new Manual(join(root, 'README.md')), plain = new Manual(join(root, 'docs/PLAIN.md'))
const home = scratch('readme')

/** Somebody with a home of their own, and as many terminals as they open. */
class Newcomer {
  constructor(name) {
    Object.assign(this, {name, home: join(home, name), terminals: 0})
    mkdirSync(this.home, {recursive: true})
  }
  write(path, text) {
    const file = join(this.home, path)
    mkdirSync(join(file, '..'), {recursive: true})
    writeFileSync(file, text)
  }
  terminal(...words) {
    const place = join(this.home, `t${++this.terminals}`)
    mkdirSync(place)
    const terminal = new Terminal(this.home, {columns: 160, rows: 40})
    terminal.env.TMUX_TMPDIR = place
    terminal.start(['sh', '-c', `cd && exec ${words.join(' ') || 'sh'}`])
    open.push(terminal)
    return terminal
  }
}
const open = []

const shows = (terminal, words) => until(`the screen to show ${words}`, () => terminal.plain().includes(words), minute)
async function enter(terminal, words) {
  terminal.keys('-l', words)
  terminal.keys('Enter')
}
const mx = async (terminal, command) => {
  terminal.keys('M-x')
  await shows(terminal, 'M-x')
  await enter(terminal, command)
}

// ---- the one who shares, and looks at both files

async function share(ada) {
  ada.write('project/hello.py', 'print("hello")\n')
  ada.write('project/notes.txt', 'notes\n')
  ada.write('.config/tutti/config.toml', readme.block('Use it', 'name ='))
  const shell = ada.terminal()
  await enter(shell, readme.command('tutti share'))
  await shows(shell, 'until you press Ctrl+C')
  const [link] = /http:\S+#tutti_l_\S+/.exec(shell.plain())
  if (!shell.plain().includes('good on this machine only')) throw new Error('nobody says that the link leads nowhere else')
  ada.write('.config/nvim/init.vim', initVim())
  ada.editor = ada.terminal('nvim', '-o', '~/project/hello.py', '~/project/notes.txt')
  await shows(ada.editor, 'print("hello")')
  return link
}

/** Neovim looks for a Python of its own for seconds when it opens one's file; that has nothing to do with us. */
const initVim = () => `let g:loaded_python3_provider = 0\n${readme.block('From Neovim')}`

const inFile = {'hello.py': ['C-w', 't'], 'notes.txt': ['C-w', 'b']}
let tokens = 0
/** Both type, and both see the other's. */
async function talk(ada, file, editor, type) {
  const hers = `# ada${++tokens}.`, theirs = `# them${tokens}.`
  ada.editor.keys('Escape', ...inFile[file])
  ada.editor.keys('-l', `Go${hers}`)
  ada.editor.keys('Escape')
  await shows(editor, hers)
  await type(theirs)
  await shows(ada.editor, theirs)
}

// ---- those who join

async function neovim(ada, link) {
  const ben = new Newcomer('Ben')
  ben.write('.config/nvim/init.vim', initVim())
  const editor = ben.terminal('nvim')
  await shows(editor, '~\n~')
  await enter(editor, `:${readme.names('TuttiJoin')} ${link} ~/their-project`)
  await shows(editor, 'joined. The files are in')
  editor.keys('Enter')
  await enter(editor, ':edit ~/their-project/hello.py')
  await shows(editor, 'print("hello")')
  await talk(ada, 'hello.py', editor, async (words) => editor.keys('-l', `Go${words}`))
  editor.keys('Escape')
  await shows(editor, 'Ada') // where her caret is
  await enter(editor, `:${readme.names('TuttiLeave')}`)
  await shows(editor, 'left the session')
}

async function emacs(ada, link) {
  const eve = new Newcomer('Eve')
  eve.write('.emacs.d/early-init.el', '(setq native-comp-deferred-compilation nil)')
  const editor = eve.terminal('emacs', '-nw', '~/none.txt')
  await shows(editor, 'none.txt')
  await mx(editor, readme.names('package-install-file'))
  await shows(editor, 'Package file name')
  editor.keys('C-a', 'C-k')
  await enter(editor, readme.names('clients/emacs', /\S*clients\/emacs/))
  await shows(editor, 'Done')
  editor.keys('M-:')
  await shows(editor, 'Eval:')
  await enter(editor, readme.block('From Emacs').trim()) // what the next start does
  await mx(editor, readme.names('tutti-join'))
  await shows(editor, 'Link:')
  await enter(editor, link)
  await shows(editor, 'Into folder')
  await enter(editor, 'their-project')
  await shows(editor, 'hello.py')
  editor.keys('C-x', 'C-f')
  await shows(editor, 'Find file')
  await enter(editor, 'hello.py')
  await shows(editor, 'print("hello")')
  await talk(ada, 'hello.py', editor, async (words) => {
    editor.keys('M->')
    editor.keys('-l', words)
  })
  await shows(editor, 'Ada')
  await mx(editor, readme.names('tutti-leave'))
  await shows(editor, 'left the session')
}

/** The start of every editor without a plugin: the folder by the command line, then a file in it. */
async function joined(name, link) {
  const one = new Newcomer(name)
  one.shell = one.terminal()
  await enter(one.shell, readme.command('tutti join').replace(/'.*'/, `'${link}'`))
  await shows(one.shell, 'All files are in')
  one.leave = async () => {
    one.shell.keys('C-c')
    await enter(one.shell, `${readme.names('tutti leave')} ~/their-project`)
    await shows(one.shell, 'You left.')
  }
  return one
}

async function helix(ada, link) {
  const hal = await joined('Hal', link)
  hal.write('.config/helix/languages.toml', plain.block('Helix'))
  const editor = hal.terminal(process.env.TUTTI_HELIX, '~/their-project/hello.py')
  await shows(editor, 'print("hello")')
  await talk(ada, 'hello.py', editor, async (words) => editor.keys('-l', `geo${words}`))
  await hal.leave()
}

async function plainNeovim(ada, link) {
  const kim = await joined('Kim', link)
  kim.write('.config/nvim/init.lua', '')
  const socket = join(kim.home, 'nvim.sock')
  // Of another system's files, it cannot start itself for its screen; so it is shown the screen of one that runs.
  const core = start(versions.new, ['--headless', '-n', '--listen', socket], {env: environment(kim.home), cwd: kim.home})
  const editor = kim.terminal('sh', '-c', `'until ${versions.new} --server ${socket} --remote-ui; do :; done'`)
  await shows(editor, '~')
  await enter(editor, ':edit ~/their-project/notes.txt')
  await shows(editor, 'notes')
  await enter(editor, `:lua ${plain.block('Neovim')}`)
  await talk(ada, 'notes.txt', editor, async (words) => editor.keys('-l', `Go${words}`))
  await stop(core)
  await kim.leave()
}

async function eglot(ada, link) {
  const lea = await joined('Lea', link)
  lea.write('.emacs.d/early-init.el', '(setq native-comp-deferred-compilation nil)')
  lea.write('.emacs.d/init.el', plain.block('Emacs with eglot'))
  const editor = lea.terminal('emacs', '-nw', '~/their-project/notes.txt')
  await shows(editor, 'notes')
  await mx(editor, plain.names('eglot', /(?<=M-x )eglot/))
  await shows(editor, '[eglot:')
  await talk(ada, 'notes.txt', editor, async (words) => {
    editor.keys('M->')
    editor.keys('-l', words)
  })
  await lea.leave()
}

const newcomers = {neovim, emacs, helix, plainNeovim, eglot}

/** The private hub outlives whoever started it. */
async function endHub(file) {
  if (!existsSync(file)) return
  const {pid} = JSON.parse(readFileSync(file, 'utf8'))
  process.kill(pid)
  await until('the private hub to end', () => !existsSync(`/proc/${pid}`))
}

let ada
try {
  ada = new Newcomer('Ada')
  const begun = Date.now()
  const link = await share(ada)
  say(`share: ${(Date.now() - begun) / 1000} s`)
  for (const [name, joins] of Object.entries(newcomers)) {
    if (process.argv[2] && process.argv[2] !== name) continue
    const at = Date.now()
    await joins(ada, link)
    if (Date.now() - at > minute) throw new Error(`${name} took more than a minute`)
    say(`${name}: ${(Date.now() - at) / 1000} s`)
  }
} catch (error) {
  say(`failed: ${error.stack}`)
  for (const terminal of open) say(terminal.plain())
  process.exitCode = 1
} finally {
  open.forEach((terminal) => terminal.stop())
  await endHub(join(ada.home, '.local/share/tutti/hub/hub.json'))
  await cleanUp()
  process.exit()
}

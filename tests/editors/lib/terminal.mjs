// A program on a screen of its own (tmux), and a picture of that screen: cells with their colours, drawn as SVG, made a PNG.
import {execFileSync} from 'node:child_process'
import {endsWith, environment} from './process.mjs'

const cell = {width: 8.43, height: 19, size: 14}
const pad = 10

export class Terminal {
  /** @param size {columns, rows} */
  constructor(home, size) {
    Object.assign(this, {home, size})
    this.env = environment(home, {TMUX_TMPDIR: home, TERM: 'xterm-256color', LANG: 'C.UTF-8'})
  }
  tmux(...args) {
    return execFileSync('tmux', ['-f', '/dev/null', ...args], {env: this.env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe']})
  }
  start(words) {
    endsWith(() => this.stop())
    const {columns, rows} = this.size
    this.tmux('new-session', '-d', '-x', String(columns), '-y', String(rows), 'cat', ';', 'set', '-g', 'default-terminal', 'tmux-256color',
      ';', 'set', '-ga', 'terminal-overrides', ',*:Tc', ';', 'set', '-g', 'status', 'off', ';', 'set', '-g', 'escape-time', '0',
      ';', 'respawn-pane', '-k', ...words)
  }
  keys(...keys) {
    this.tmux('send-keys', ...keys)
  }
  /** In one piece, for a program that can tell a paste from keys. */
  paste(text) {
    this.tmux('set-buffer', '--', text, ';', 'paste-buffer', '-p', '-r', '-d')
  }
  /** Lines with escape sequences for colours. */
  screen() {
    return this.tmux('capture-pane', '-e', '-p').split('\n').slice(0, this.size.rows)
  }
  plain() {
    return this.tmux('capture-pane', '-p')
  }
  caret() {
    const [x, y] = this.tmux('display-message', '-p', '#{cursor_x} #{cursor_y}').split(' ').map(Number)
    return {x, y}
  }
  stop() {
    try {
      execFileSync('tmux', ['kill-server'], {env: this.env, stdio: 'ignore'})
    } catch { /* it is gone already */ }
  }
}

const base = ['#1e1e1e', '#e06c75', '#98c379', '#e5c07b', '#61afef', '#c678dd', '#56b6c2', '#d0d0d0']
const bright = ['#7f7f7f', '#f0808a', '#b5e08f', '#f5d08b', '#82c4ff', '#dda0f0', '#7fd5e0', '#ffffff']

function palette(n) {
  if (n < 8) return base[n]
  if (n < 16) return bright[n - 8]
  const hex = (v) => v.toString(16).padStart(2, '0')
  if (n >= 232) return '#' + hex(8 + (n - 232) * 10).repeat(3)
  const level = (v) => (v === 0 ? 0 : 55 + v * 40)
  const cube = n - 16
  return '#' + [Math.floor(cube / 36), Math.floor(cube / 6) % 6, cube % 6].map((v) => hex(level(v))).join('')
}

const plainStyle = {fg: '#d8d8d8', bg: null, bold: false, italic: false, underline: false, reverse: false}

/** One escape sequence's numbers, applied to a style. */
function styled(style, codes) {
  const next = {...style}
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]
    const colour = () => {
      if (codes[i + 1] === 5) return palette(codes[(i += 2)])
      i += 4
      return '#' + codes.slice(i - 2, i + 1).map((v) => v.toString(16).padStart(2, '0')).join('')
    }
    if (code === 0) Object.assign(next, plainStyle)
    else if (code === 1) next.bold = true
    else if (code === 3) next.italic = true
    else if (code === 4) next.underline = true
    else if (code === 7) next.reverse = true
    else if (code === 22) next.bold = false
    else if (code === 23) next.italic = false
    else if (code === 24) next.underline = false
    else if (code === 27) next.reverse = false
    else if (code === 38) next.fg = colour()
    else if (code === 39) next.fg = plainStyle.fg
    else if (code === 48) next.bg = colour()
    else if (code === 49) next.bg = null
    else if (code >= 30 && code < 38) next.fg = palette(code - 30)
    else if (code >= 40 && code < 48) next.bg = palette(code - 40)
    else if (code >= 90 && code < 98) next.fg = palette(code - 82)
    else if (code >= 100 && code < 108) next.bg = palette(code - 92)
  }
  return next
}

const escape = new RegExp('\\u001b\\[([0-9;:]*)m|\\u001b[()][A-Za-z0-9]|[\\u000e\\u000f]', 'g')

/** The cells of one captured line: {text, style}. A style goes on over the end of a line. */
function cells(line, style) {
  const out = []
  let at = 0
  const put = (text) => { for (const text_ of text) out.push({text: text_, style}) }
  for (const found of line.matchAll(escape)) {
    put(line.slice(at, found.index))
    at = found.index + found[0].length
    if (found[1] !== undefined) style = styled(style, found[1] === '' ? [0] : found[1].split(/[;:]/).map(Number))
  }
  put(line.slice(at))
  return {out, style}
}

const entities = {'&': '&amp;', '<': '&lt;', '>': '&gt;'}

function drawn({text, style}, x, y, background) {
  const [fg, bg] = style.reverse ? [style.bg ?? background, style.fg] : [style.fg, style.bg]
  const left = pad + x * cell.width, top = pad + y * cell.height
  let svg = bg && bg !== background ? `<rect x="${left.toFixed(2)}" y="${top}" width="${(cell.width + 0.3).toFixed(2)}" height="${cell.height}" fill="${bg}"/>` : ''
  if (text !== ' ') {
    const look = (style.bold ? ' font-weight="bold"' : '') + (style.italic ? ' font-style="italic"' : '') + (style.underline ? ' text-decoration="underline"' : '')
    svg += `<text x="${left.toFixed(2)}" y="${top + 14.5}" fill="${fg}"${look}>${text.replace(/[&<>]/, (c) => entities[c])}</text>`
  }
  return svg
}

/** A picture of the screen as it is now; `caret` is drawn as a block. */
export function svgOf(terminal, background) {
  const {columns, rows} = terminal.size
  const caret = terminal.caret()
  let style = plainStyle, body = ''
  terminal.screen().forEach((line, y) => {
    const row = cells(line, style)
    style = row.style
    while (row.out.length < columns) row.out.push({text: ' ', style: plainStyle})
    row.out.slice(0, columns).forEach((one, x) => {
      const here = x === caret.x && y === caret.y
      body += drawn(here ? {...one, style: {...one.style, reverse: !one.style.reverse}} : one, x, y, background)
    })
  })
  const width = Math.ceil(columns * cell.width + 2 * pad), height = rows * cell.height + 2 * pad
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" font-family="DejaVu Sans Mono" font-size="${cell.size}">` +
    `<rect width="100%" height="100%" rx="6" fill="${background}"/>${body}</svg>`
}

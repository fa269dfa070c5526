// `./dev bench editors [COUNT] [NAME…]`: from key in one editor to text in the other's buffer, for every pair of clients; then with a
// receiver who types as well; then some of them beside a rival. COUNT keys each; NAME keeps the pairs that have it: vscode, nvim,
// nvim07, emacs, rival.
import {existsSync, writeFileSync} from 'node:fs'
import {loadavg} from 'node:os'
import {join} from 'node:path'
import {Company} from './lib/company.mjs'
import {emacs} from './lib/emacs.mjs'
import {latencies, quantile, summary} from './lib/latency.mjs'
import {neovim} from './lib/nvim.mjs'
import {play, say} from './lib/process.mjs'
import {vscode} from './lib/vscode.mjs'

const count = Number(process.argv[2] ?? 300)
const names = process.argv.slice(3)
const programs = {nvim: neovim('new'), nvim07: neovim('old'), emacs, vscode: vscode()}
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) // the pace of the keys
const wanted = (...pair) => names.length === 0 || pair.some((name) => names.includes(name))

/** Somebody at `editor` types an x every so many milliseconds until told to stop. */
function typingIn(editor, keyMs) {
  let over = false
  const press = editor.lua ? (i) => editor.keys(i % 40 === 39 ? '<CR>' : 'x') : editor.eval ? (i) => editor.type(i % 40 === 39 ? '\r' : 'x') : (i) => editor.keys(i % 40 === 39 ? 'Enter' : 'x')
  const done = (async () => {
    if (editor.lua) await editor.keys('ggO')
    if (editor.eval) await editor.eval('(progn (goto-char (point-min)) nil)')
    for (let next = performance.now(), i = 0; !over; next += keyMs, i++) {
      await press(i)
      await rest(next + keyMs - performance.now())
    }
    if (editor.lua) await editor.keys('<Esc>')
  })()
  return () => { over = true; return done }
}

/** Milliseconds between two keys: somebody who types fast, and all that an editor takes (a key repeated, a paste by keys). */
const pace = {person: 100, burst: 15}

async function measure(from, to, {paceMs = pace.person, keyMs = 0} = {}) {
  const company = await Company.start('bench', (folder) => writeFileSync(join(folder, 'file.txt'), 'one line\n'.repeat(200)), [programs[from], programs[to]])
  await company.open('file.txt')
  const [a, b] = company.editors
  const stop = keyMs ? typingIn(b, keyMs) : async () => {}
  const {times, lost} = await latencies(a, b, count, () => rest(paceMs))
  await stop()
  await company.converge()
  await company.stop()
  report(`${from} → ${to}`, {times, lost}, {paceMs, keyMs})
}

function report(pair, {times, lost}, {paceMs, keyMs}) {
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantile(times, q))
  say(JSON.stringify({bench: 'editors', pair, paceMs, keyMs, n: times.length, lost, p50, p95, p99, load: loadavg()[0]}))
  say(`${pair}, a key every ${paceMs} ms${keyMs ? `, which types every ${keyMs} ms` : ''}: ${summary(times)}`)
}

/** What is the rival's is installed by ./dev bench alone, and may not be there. */
async function besideRival() {
  if (!existsSync(new URL('rival/node_modules', import.meta.url))) return say('no rival: `npm ci` in tests/editors/rival installs it')
  const {compare} = await import('./rival/compare.mjs')
  await compare(count, programs, {typingIn, report, paceMs: pace.person})
}

await play(async () => {
  const clients = ['nvim', 'emacs', 'vscode']
  for (const from of clients) for (const to of clients) if (wanted(from, to)) await measure(from, to)
  for (const [from, to] of [['nvim', 'nvim'], ['nvim', 'vscode'], ['vscode', 'vscode']]) if (wanted(from, to)) await measure(from, to, {paceMs: pace.burst})
  if (wanted('nvim07')) await measure('nvim07', 'nvim07')
  for (const [to, keys] of [['nvim', [15]], ['emacs', [15]], ['vscode', [80, 30]]]) for (const keyMs of keys) if (wanted(to)) await measure('nvim', to, {keyMs})
  if (wanted('rival')) await besideRival()
})

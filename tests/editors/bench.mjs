// `./dev bench editors`: from key in one editor to text in the other's buffer, alone and while the receiver types.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Emacs} from './lib/emacs.mjs'
import {emacsLatencies, latencies, quantile, summary} from './lib/latency.mjs'
import {versions} from './lib/nvim.mjs'
import {Company} from './lib/company.mjs'
import {cleanUp, say} from './lib/process.mjs'
import {vscode} from './lib/vscode.mjs'

const count = Number(process.argv[2] ?? 500)

async function inPair(name, programs, busy, work) {
  const company = await Company.start('bench', (folder) => writeFileSync(join(folder, 'file.txt'), 'one line\n'.repeat(200)), programs)
  await company.open('file.txt')
  const {times, lost} = await work(...company.people.map(({editor}) => editor))
  await company.stop()
  say(JSON.stringify({bench: 'editors', pair: name, busy, n: times.length, lost, p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99)}))
  say(`${name}${busy ? ', receiver types too' : ''}: ${summary(times)}`)
}

const pace = () => new Promise((resolve) => setTimeout(resolve, 15)) // of the keys

const measure = (name, programs, busy) => inPair(name, programs, busy, async (a, b) => {
  if (busy) await b.keys('ggO')
  return latencies(a, b, count, async (i) => {
    if (busy) await b.keys(i % 40 === 39 ? '<CR>' : 'x')
    await pace()
  })
})

const emacs = (name, home, log) => new Emacs(name, home, log)
const measureEmacs = (busy) => inPair('Emacs → Emacs', [emacs, emacs], busy, async (a, b) => {
  if (busy) await b.eval('(progn (goto-char (point-min)) nil)')
  return emacsLatencies(a, b, count, async (i) => {
    if (busy) b.type(i % 40 === 39 ? '\r' : 'x').catch(() => null)
    await pace()
  })
})

/** Into a VS Code, whose person types a key every so many milliseconds, or none. */
async function measureVscode(keyMs) {
  const company = await Company.start('bench', (folder) => writeFileSync(join(folder, 'file.txt'), 'one line\n'.repeat(200)), [vscode(), versions.new])
  await company.open('file.txt')
  const [window, neovim] = company.people.map(({editor}) => editor)
  let over = keyMs === 0
  const typing = (async () => {
    for (let next = performance.now(), i = 0; !over; next += keyMs, i++) {
      await window.keys(i % 40 === 39 ? 'Enter' : 'x')
      await new Promise((resolve) => setTimeout(resolve, next + keyMs - performance.now())) // the pace of the keys
    }
  })()
  const {times, lost} = await latencies(neovim, window, Math.min(count, 300), () => new Promise((resolve) => setTimeout(resolve, 40)))
  over = true
  await typing
  await company.converge()
  await company.stop()
  say(JSON.stringify({bench: 'editors', pair: 'nvim → VS Code', keyMs, n: times.length, lost, p50: quantile(times, 0.5), p95: quantile(times, 0.95), p99: quantile(times, 0.99)}))
  say(`nvim 0.10 → VS Code${keyMs ? `, which types every ${keyMs} ms` : ''}: ${summary(times)}`)
}

try {
  if (process.argv[3] !== 'vscode') await neovims()
  if (process.argv[3] !== 'vscode') for (const busy of [false, true]) await measureEmacs(busy)
  for (const keyMs of [0, 80, 30]) await measureVscode(keyMs)
} catch (error) {
  say(`failed: ${error.stack}`)
  process.exitCode = 1
} finally {
  await cleanUp()
  process.exit()
}

async function neovims() {
  await measure('nvim 0.7 → nvim 0.7', [versions.old, versions.old], false)
  await measure('nvim 0.7 → nvim 0.7', [versions.old, versions.old], true)
  await measure('nvim 0.10 → nvim 0.10', [versions.new, versions.new], false)
  await measure('nvim 0.10 → nvim 0.10', [versions.new, versions.new], true)
}

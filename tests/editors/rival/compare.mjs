// Ours beside the rival, in turns of so many keys, so that whatever else the machine does meets them alike. Two VS Codes are what is most
// like it: a Monaco in a Chromium on both sides, watched on the screen; what each takes on one's own screen says how much of it is the
// editor's. The first turn of each is to warm up and does not count.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Company} from '../lib/company.mjs'
import {latencies, quantile} from '../lib/latency.mjs'
import {say} from '../lib/process.mjs'
import {onScreen} from '../lib/screen.mjs'
import {Rival, title} from './rival.mjs'

const turn = 25
const text = 'one line\n'.repeat(5) // all of it in view
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function ours(program) {
  const company = await Company.start('bench-rival', (folder) => writeFileSync(join(folder, 'file.txt'), text), [program, program])
  await company.open('file.txt')
  return company
}
async function theirs() {
  const rival = new Rival()
  await rival.start(text)
  return rival
}

/** From one of a company to the other, or to the screen of one of the two. */
const pair = (name, {editors: [from, to]}, screen) => ({name, from, to, watching: screen && onScreen(screen)})

/** One pair's turn: the latencies of `count` keys; with `keys`, while the receiver types as well, in a line further up. */
async function takeTurn({from, to, watching}, {count, used, paceMs, keys}) {
  if (keys) await to.keys('Control+Home')
  const stop = keys ? keys(to) : async () => {}
  const found = await latencies(from, to, count, () => rest(paceMs), {watching, used})
  await stop()
  return found
}

/** All pairs by turns; what each has found, by its name. */
async function byTurns(pairs, {count, used, ...how}) {
  const found = pairs.map(({name}) => ({name, times: [], lost: 0}))
  for (let done = -turn; done < count; done += turn) {
    for (const [i, pair] of pairs.entries()) {
      const {times, lost} = await takeTurn(pair, {count: Math.min(turn, count - done), used: used + turn + done, ...how})
      if (done < 0) continue
      found[i].times.push(...times)
      found[i].lost += lost
    }
  }
  for (const {times} of found) times.sort((x, y) => x - y)
  return found
}

function ratios(found, keyMs) {
  const rival = found.at(-1)
  for (const {name, times} of found.slice(0, -1)) {
    const [p50, p95, p99] = [0.5, 0.95, 0.99].map((q) => quantile(times, q) / quantile(rival.times, q))
    say(JSON.stringify({bench: 'editors', pair: name, beside: rival.name, keyMs, p50, p95, p99}))
    say(`${name}${keyMs ? `, which types every ${keyMs} ms` : ''}: ${p50.toFixed(2)} × ${rival.name} at p50, ${p95.toFixed(2)} × at p95`)
  }
}

/** @param tools `report(name, {times, lost}, {paceMs, keyMs})` prints a pair's; `typingIn(editor, keyMs)` types in one until told to stop */
export async function compare(count, {vscode, nvim}, {report, typingIn, paceMs}) {
  const rival = await theirs(), code = await ours(vscode), neovims = await ours(nvim)
  const both = (name, which) => [pair(`vscode${name}`, code, code.editors[which]), pair(`${title}${name}`, rival, rival.editors[which])]
  const screens = both(', on the other\'s screen', 1)
  const floors = both(', on one\'s own screen', 0)
  const runs = [[0, floors], [0, [pair('nvim → nvim, by turns', neovims), ...screens]], [80, screens]]
  for (const [i, [keyMs, pairs]] of runs.entries()) {
    const found = await byTurns(pairs, {count, used: i * (count + turn), paceMs, keys: keyMs && ((editor) => typingIn(editor, keyMs))})
    for (const {name, ...times} of found) report(name, times, {paceMs, keyMs})
    ratios(found, keyMs)
  }
  for (const company of [rival, code, neovims]) {
    await company.converge()
    await company.stop()
  }
}

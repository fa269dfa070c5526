// VS Code and Neovim in one file: both type at random, over a line to the hub that is fast, slow and cut; in the end both buffers,
// the hub and both disks hold the same bytes, and every keystroke is there once.
//   TUTTI_SEED=N node vscode.mjs
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {versions} from './lib/nvim.mjs'
import {Pair} from './lib/pair.mjs'
import {cleanUp, say} from './lib/process.mjs'
import {SlowLine} from './lib/slow_line.mjs'
import {vscode} from './lib/vscode.mjs'

const seed = Number(process.env.TUTTI_SEED ?? Date.now() % 1_000_000)
const seconds = Number(process.env.TUTTI_PROOF_SECONDS ?? 9)
const unfinished = 'two editors type here\n\n'.repeat(15) + 'emoji 👩‍👩‍👧‍👦 e\u0301 and no newline at the end'

const phases = [
  {delayMs: 0, cuts: 0},
  {delayMs: 50, cuts: 2},
  {delayMs: 300, cuts: 1},
  {delayMs: 0, cuts: 0, crash: true},
]

async function phase(pair, line, {delayMs, cuts, crash}) {
  line.delayMs = delayMs
  const begin = Date.now(), edits = pair.typists ? pair.edits : 0
  let left = cuts, crashed = crash ? null : Promise.resolve()
  await pair.type(seed, () => Date.now() - begin > seconds * 1000, {pace: 25, meanwhile: async () => {
    const part = (Date.now() - begin) / (seconds * 1000)
    if (left > 0 && part > 1 - left / (cuts + 1)) left--, line.cut()
    if (!crashed && part > 0.5) crashed = pair.hub.crash()
  }})
  await crashed
  const typed = Date.now()
  const {text} = await pair.converge()
  say(`${delayMs} ms, ${cuts} cuts${crash ? ', the hub killed' : ''}: ${pair.edits - edits} edits, equal after ${Date.now() - typed} ms`)
  return text
}

let failed = 0
const line = new SlowLine()
try {
  say(`seed ${seed}`)
  const pair = await Pair.start('vscode', (folder) => writeFileSync(join(folder, 'file.txt'), unfinished), [vscode(), versions.new], (link) => line.lead(link))
  await pair.open('file.txt')
  say('both are in')
  let text
  for (const one of phases) text = await phase(pair, line, one)
  await pair.saved(text)
  const faults = pair.audit(text)
  for (const fault of faults.slice(0, 20)) say(`FAULT: ${fault}`)
  failed += faults.length
  await pair.stop()
  if (failed === 0) say('converged: VS Code = Neovim = hub = disk A = disk B, nothing lost')
} catch (error) {
  say(`failed: ${error.stack}`)
  failed++
}
line.stop()
await cleanUp()
process.exit(failed === 0 ? 0 : 1)

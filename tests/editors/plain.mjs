// Editors without a plugin type into one file at once, over roads of 0 and 50 ms that are cut now and then. In the end every buffer,
// the hub and both disks hold the same bytes, and every key that was typed is there once.
//
//   plain.mjs [NAME]     TUTTI_PROOF_SCALE=10 for a long run, TUTTI_SEED to type the same again
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Pair} from './lib/pair.mjs'
import {editors} from './lib/plain.mjs'
import {cleanUp, say} from './lib/process.mjs'
import {Road} from './lib/slow.mjs'

const seed = Number(process.env.TUTTI_SEED ?? Date.now() % 1_000_000)
const scale = Number(process.env.TUTTI_PROOF_SCALE ?? 1)
const start = 'people type here at once, with nothing installed\n\n'.repeat(15)

const runs = [
  {name: 'two Neovims', who: ['Neovim 0.7', 'Neovim 0.10'], edits: 90, delay: 50, cuts: 1},
  {name: 'Helix and Neovim', who: ['Helix', 'Neovim 0.10'], edits: 90, delay: 50},
  {name: 'two Helixes', who: ['Helix', 'Helix'], edits: 90, delay: 0},
  {name: 'eglot and Neovim', who: ['eglot', 'Neovim 0.7'], edits: 90, delay: 50, cuts: 1},
]

/** One edit of each, one after the other, the last to start first: an editor without a plugin does not say when it has joined, and
 *  what others write between the moment in which it reads the file and that one would count as taken out by its person. */
async function greet(pair) {
  pair.typists = pair.people.map(({editor}, i) => editor.typist(seed + i, ['ABCDEFGHIJKLM', 'NOPQRSTUVWXYZ'][i]))
  for (const typist of [...pair.typists].reverse()) {
    await typist.edit()
    await pair.converge(30_000)
  }
}

async function prove(run) {
  const road = new Road(run.delay)
  const pair = await Pair.start('plain', (folder) => writeFileSync(join(folder, 'file.txt'), start), run.who.map((who) => editors[who]),
    (link) => road.lead(link))
  // A Neovim cannot hold a text without a final newline, and is not told when others take it away.
  if (run.who.some((who) => who.startsWith('Neovim'))) pair.heldAs = (text) => text.replace(/\n$/, '')
  await pair.open('file.txt')
  await greet(pair)
  const total = run.edits * scale
  let cuts = 0
  await pair.type(seed, (edits) => edits >= total, {pace: 30, meanwhile: async () => {
    if (cuts >= (run.cuts ?? 0) || pair.edits < ((cuts + 1) * total) / (run.cuts + 1)) return
    cuts++
    road.cut()
  }})
  const {text} = await pair.converge(30_000)
  await pair.saved(text)
  const faults = pair.audit(text)
  await pair.stop()
  road.stop()
  say(`${run.name}: ${pair.edits} edits, ${text.length} characters, ${faults.length === 0 ? 'all there' : faults.join(', ')}`)
  return faults.length
}

let failed = 0
try {
  say(`seed ${seed}`)
  for (const run of runs) {
    if (!process.argv[2] || process.argv[2] === run.name) failed += await prove(run)
  }
} catch (error) {
  say(`failed: ${error.stack}`)
  failed++
}
if (failed > 0) say(`replay with TUTTI_SEED=${seed}`)
await cleanUp()
process.exit(failed === 0 ? 0 : 1)

// An Emacs and a Neovim type into one file at once: over roads of 0, 50 and 300 ms that are cut now and then, through a hub that is
// killed; then files of awkward shapes. In the end every copy holds the same bytes, and every key that was typed is there once.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Emacs} from './lib/emacs.mjs'
import {versions} from './lib/nvim.mjs'
import {Pair} from './lib/pair.mjs'
import {cleanUp, say} from './lib/process.mjs'
import {Road} from './lib/slow.mjs'

const seed = Number(process.env.TUTTI_SEED ?? Date.now() % 1_000_000)
const scale = Number(process.env.TUTTI_PROOF_SCALE ?? 1)
const emacs = (name, home, log) => new Emacs(name, home, log)
const lines = (line, count) => `${line}\n`.repeat(count)
const plain = (text) => Buffer.from(text)
const dos = (text) => Buffer.from(text.replaceAll('\n', '\r\n'))
const signed = (text) => Buffer.from('\ufeff' + text)

const together = [emacs, versions.new]
const runs = [
  {name: 'no delay, the hub dies', edits: 300, delay: 0, crash: true},
  {name: '50 ms, cut', edits: 240, delay: 50, cuts: 3},
  {name: '300 ms, cut', edits: 160, delay: 300, cuts: 2},
  {name: 'two Emacsen', programs: [emacs, emacs], edits: 200},
  {name: 'crlf', bytes: dos(lines('every line ends with two bytes', 30)), encode: dos, edits: 120},
  {name: 'byte-order mark', bytes: signed(lines('a line', 10)), encode: signed, edits: 80, programs: [emacs, emacs]},
  {name: 'emoji', bytes: plain(lines('family 👩‍👩‍👧‍👦 flag 🇩🇪 e\u0301 a\u0308\u0323 ﷽ 𝔘𝔫𝔦 \u200d', 30)), edits: 120},
  {name: 'unfinished', bytes: plain(lines('a line', 10) + 'no newline at the end'), edits: 100},
  {name: 'empty', bytes: plain(''), edits: 80},
  {name: 'large', bytes: plain(lines('a long file of many ordinary lines, one after the other, all alike', 75_000)), edits: 60},
]

/** Something unkind at even distances through the run. */
function trouble(run, pair, road, total) {
  const times = run.crash ? 1 : (run.cuts ?? 0)
  let done = 0
  return async () => {
    if (done >= times || pair.edits < ((done + 1) * total) / (times + 1)) return
    done++
    if (run.crash) await pair.hub.crash()
    else road.cut()
  }
}

async function prove(run) {
  const road = new Road(run.delay ?? 0)
  const bytes = run.bytes ?? plain(lines('two people type here at once\n', 20))
  const pair = await Pair.start('emacs', (folder) => writeFileSync(join(folder, 'file.txt'), bytes), run.programs ?? together, (link) => road.lead(link))
  await pair.open('file.txt')
  const total = run.edits * scale
  await pair.type(seed, (edits) => edits >= total, {pace: 30, meanwhile: trouble(run, pair, road, total)})
  const {text} = await pair.converge()
  await pair.saved(text, run.encode ?? plain)
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

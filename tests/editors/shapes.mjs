// Two Neovims in one file of each awkward shape: the bytes on both disks keep the shape, and nothing is lost.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {versions} from './lib/nvim.mjs'
import {Pair} from './lib/pair.mjs'
import {cleanUp, say} from './lib/process.mjs'

const lines = (line, count) => `${line}\n`.repeat(count)
const plain = (text) => Buffer.from(text)
const dos = (text) => Buffer.from(text.replaceAll('\n', '\r\n'))

const shapes = [
  {name: 'crlf', bytes: dos(lines('every line ends with two bytes', 30)), encode: dos},
  {name: 'emoji', bytes: plain(lines('family 👩‍👩‍👧‍👦 flag 🇩🇪 e\u0301 a\u0308\u0323 ﷽ 𝔘𝔫𝔦 \u200d', 30)), encode: plain},
  {name: 'unfinished', bytes: plain(lines('a line', 10) + 'no newline at the end'), encode: plain},
  {name: 'empty', bytes: plain(''), encode: plain},
  {name: 'large', bytes: plain(lines('a long file of many ordinary lines, one after the other, all alike', 75_000)), encode: plain, edits: 150},
]

const seed = Number(process.env.TUTTI_SEED ?? Date.now() % 1_000_000)
const wanted = process.argv[2]

async function run(shape, programs) {
  const pair = await Pair.start(shape.name, (folder) => writeFileSync(join(folder, 'file.txt'), shape.bytes), programs)
  await pair.open('file.txt')
  await pair.type(seed, (edits) => edits >= (shape.edits ?? 300))
  const {text} = await pair.converge()
  await pair.saved(text, shape.encode)
  const faults = pair.audit(text)
  await pair.stop()
  say(`${shape.name}: ${pair.edits} edits, ${text.length} characters, ${faults.length === 0 ? 'all there' : faults.join(', ')}`)
  return faults.length
}

let failed = 0
try {
  say(`seed ${seed}`)
  for (const shape of shapes) {
    if (!wanted || wanted === shape.name) failed += await run(shape, [versions.old, versions.new])
  }
} catch (error) {
  say(`failed: ${error.stack}`)
  failed++
}
await cleanUp()
process.exit(failed === 0 ? 0 : 1)

// Editors without a plugin type into one file at once, over lines of 0 and 50 ms that are cut now and then. In the end every buffer,
// the hub and both disks hold the same bytes, and every key that was typed is there once.
//
//   plain.mjs [NAME]     TUTTI_PROOF_SCALE=10 for a long run, TUTTI_SEED to type the same again
import {writeFileSync} from 'node:fs'
import {Company} from './lib/company.mjs'
import {helix} from './lib/helix.mjs'
import {Line} from './lib/line.mjs'
import {eglot, plainNeovim} from './lib/plain.mjs'
import {cleanUp, say} from './lib/process.mjs'

const seed = Number(process.env.TUTTI_SEED ?? Date.now() % 1_000_000)
const scale = Number(process.env.TUTTI_PROOF_SCALE ?? 1)
const start = 'people type here at once, with nothing installed\n\n'.repeat(15)

const runs = [
  {name: 'two Neovims', who: [plainNeovim('old'), plainNeovim('new')], edits: 90, delay: 50, cuts: 1},
  {name: 'Helix and Neovim', who: [helix, plainNeovim('new')], edits: 90, delay: 50},
  {name: 'two Helixes', who: [helix, helix], edits: 90, delay: 0},
  {name: 'eglot and Neovim', who: [eglot, plainNeovim('old')], edits: 90, delay: 50, cuts: 1},
]

async function prove(run) {
  const line = new Line(run.delay)
  const company = await Company.start('plain', (folder) => writeFileSync(`${folder}/file.txt`, start), run.who, (link) => line.lead(link))
  await company.open('file.txt')
  company.seat(seed)
  await company.greet()
  const total = run.edits * scale
  await company.type((edits) => edits >= total, {pace: [0, 60], meanwhile: async () => {
    if (line.cuts < (run.cuts ?? 0) && company.edits >= ((line.cuts + 1) * total) / (run.cuts + 1)) line.cut()
  }})
  const {text} = await company.converge()
  await company.saved(text)
  const faults = company.audit(text)
  await company.stop()
  line.stop()
  say(`${run.name}: ${company.edits} edits, ${text.length} characters, ${faults.length === 0 ? 'all there' : faults.join(', ')}`)
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

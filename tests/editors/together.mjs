// Editors type into one file at once, over lines to the hub that are slow and cut, through a hub that is killed, in files of every
// shape. In the end all buffers, the hub and all disks hold the same bytes, and every key that was typed is there once.
//
//   node together.mjs [RUN…] [--edits N] [--minutes M] [--delay MS] [--cuts N] [--editors vscode,nvim,…] [--seed N]
//
// RUN is the name of a run or the first part of it; see `runs`. --edits: at least so many by each editor, over all phases of a run.
// --delay makes one phase of all of them, of so many milliseconds each way. --minutes: each phase so long, whatever is typed.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {parseArgs} from 'node:util'
import {Company} from './lib/company.mjs'
import {emacs} from './lib/emacs.mjs'
import {helix} from './lib/helix.mjs'
import {Line} from './lib/line.mjs'
import {neovim} from './lib/nvim.mjs'
import {eglot, plainNeovim} from './lib/plain.mjs'
import {cleanUp, say} from './lib/process.mjs'
import {Random} from './lib/random.mjs'
import {vscode} from './lib/vscode.mjs'

const number = {type: 'string'}
const {values: flags, positionals: wanted} = parseArgs({allowPositionals: true, options: {
  edits: number, minutes: number, delay: number, cuts: number, seed: number, editors: {type: 'string'}}})
const seed = Number(flags.seed ?? process.env.TUTTI_SEED ?? Date.now() % 1_000_000)

const editors = {vscode: vscode(), nvim07: neovim('old'), nvim: neovim('new'), emacs,
  'plain-nvim07': plainNeovim('old'), 'plain-nvim': plainNeovim('new'), helix, eglot}
const lines = (line, count) => `${line}\n`.repeat(count)
const plain = (text) => Buffer.from(text)
const dos = (text) => Buffer.from(text.replaceAll('\n', '\r\n'))
const signed = (text) => Buffer.from('\ufeff' + text)
const emoji = 'family 👩‍👩‍👧‍👦 flag 🇩🇪 e\u0301 a\u0308\u0323 ﷽ 𝔘𝔫𝔦 \u200d'
const bad = [{delay: 0}, {delay: 50, cuts: 2}, {delay: 300, cuts: 1}, {delay: 0, crash: true}]

const several = lines('several people type here at once', 30) + 'emoji 👩‍👩‍👧‍👦 e\u0301 and no newline at the end'
const plugins = ['vscode', 'nvim07', 'nvim', 'emacs']
const two = ['nvim07', 'nvim']
const one = ['emacs', 'nvim']
/** `mates`: who sits at whose folder, `autosaves`: who saves at each change; both number the folder that was shared as 0. */
const runs = [
  {name: 'plugins', editors: plugins, undoes: true, edits: 60, phases: bad, text: several},
  {name: 'all', editors: [...plugins, 'helix', 'plain-nvim', 'eglot'], undoes: true, edits: 60, phases: bad, text: several},
  {name: 'vscode', editors: ['vscode', 'nvim'], edits: 40, phases: [{delay: 50, cuts: 2}]},
  {name: 'emacs: two', editors: ['emacs', 'emacs'], edits: 60},
  {name: 'emacs: crlf', editors: one, text: lines('every line ends with two bytes', 30), encode: dos, edits: 40},
  {name: 'emacs: byte-order mark', editors: ['emacs', 'emacs'], text: lines('a line', 10), encode: signed, edits: 40},
  {name: 'emacs: emoji', editors: one, text: lines(emoji, 30), edits: 60},
  {name: 'emacs: unfinished', editors: one, text: lines('a line', 10) + 'no newline at the end', edits: 50},
  {name: 'emacs: empty', editors: one, text: '', edits: 40},
  {name: 'emacs: large', editors: one, text: lines('a long file of many ordinary lines, one after the other, all alike', 150_000), edits: 30},
  {name: 'nvim: one folder', editors: ['nvim07', 'nvim', 'nvim'], mates: {2: 1}, autosaves: 1, undoes: true, edits: 60},
  {name: 'nvim: mixed line ends', editors: two, text: 'one\r\ntwo\nthree\r\nfour\n'.repeat(8), edits: 40},
  {name: 'nvim: crlf', editors: two, text: lines('every line ends with two bytes', 30), encode: dos, edits: 60},
  {name: 'nvim: emoji', editors: two, text: lines(emoji, 30), edits: 60},
  {name: 'nvim: unfinished', editors: two, text: lines('a line', 10) + 'no newline at the end', edits: 60},
  {name: 'nvim: empty', editors: two, text: '', edits: 60},
  {name: 'nvim: large', editors: two, text: lines('a long file of many ordinary lines, one after the other, all alike', 150_000), edits: 40},
]

/** When a phase is over. An editor whose keys are slow is waited for; the others go on, but not for ever. */
function until(company, edits, minutes) {
  const begin = Date.now(), before = company.typists.map((typist) => typist.edits)
  if (minutes) return () => Date.now() - begin > minutes * 60_000
  const done = (typist) => typist.edits - before[company.typists.indexOf(typist)]
  return (_, typist) => company.typists.every((each) => done(each) >= edits) || done(typist) >= 3 * edits
}

/** Something unkind at even distances through the phase: whose line is cut is random. */
function trouble(company, roads, {cuts = 0, crash = false}, edits, minutes) {
  const random = new Random(seed), begin = Date.now(), before = company.edits
  const total = crash ? 1 : cuts
  let done = 0
  return async () => {
    const part = minutes ? (Date.now() - begin) / (minutes * 60_000) : (company.edits - before) / (edits * company.editors.length)
    if (done >= total || part < (done + 1) / (total + 1)) return
    done++
    if (crash) await company.hub.crash()
    else random.pick(roads).cut()
  }
}

async function phase(company, roads, name, plan, edits) {
  for (const road of roads) road.delayMs = plan.delay ?? 0
  const begin = Date.now(), before = company.edits, minutes = Number(flags.minutes ?? 0)
  await company.type(until(company, edits, minutes), {pace: [10, 50], meanwhile: trouble(company, roads, plan, edits, minutes)})
  const typed = Date.now()
  const {text, last} = await company.converge(120_000)
  const faults = company.audit(text)
  say(`${name}, ${plan.delay ?? 0} ms, ${plan.crash ? 'the hub killed' : `${plan.cuts ?? 0} cuts`}: ${company.edits - before} edits in ${((typed - begin) / 1000).toFixed(0)} s, equal after ${Date.now() - typed} ms${last.length > 0 ? `, ${last.join(' and ')} last` : ''}`)
  for (const fault of faults.slice(0, 20)) say(`FAULT: ${fault}`)
  return {text, faults: faults.length}
}

/** An odd one out: the folder that was shared has no editor, so that everybody's line can be slow. */
async function run(plan) {
  const encode = plan.encode ?? plain, text = plan.text ?? lines('several people type here at once', 30)
  const who = flags.editors?.split(',') ?? plan.editors
  const phases = flags.delay === undefined ? plan.phases ?? [{}] : [{delay: Number(flags.delay)}]
  const roads = []
  const company = await Company.start('together', (folder) => writeFileSync(join(folder, 'file.txt'), encode(text)), [null, ...who.map((name) => editors[name])],
    (link) => { roads.push(new Line()); return roads.at(-1).lead(link) }, plan.mates)
  await company.open('file.txt')
  if (plan.autosaves) await company.people[plan.autosaves].editor.api.command('autocmd TextChanged,TextChangedI,InsertLeave * silent! write!')
  company.seat(seed, plan)
  await company.greet()
  const edits = Math.ceil(Number(flags.edits ?? plan.edits) / phases.length)
  let last, faults = 0
  for (const part of phases) {
    last = await phase(company, roads, plan.name, {...part, ...(flags.cuts !== undefined && {cuts: Number(flags.cuts)})}, edits)
    faults += last.faults
  }
  await company.saved(last.text, encode)
  await company.stop()
  for (const road of roads) road.stop()
  const each = company.typists.map(({name, edits}) => `${name} ${edits}`).join(', ')
  say(`${plan.name} (${who.join(', ')}): ${each} edits, ${last.text.length} characters, ${faults === 0 ? 'all there' : `${faults} faults`}`)
  return faults
}

let failed = 0
try {
  say(`seed ${seed}`)
  for (const plan of runs) {
    if (wanted.length === 0 || wanted.some((name) => plan.name.startsWith(name))) failed += await run(plan)
  }
} catch (error) {
  say(`failed: ${error.stack}`)
  failed++
}
if (failed > 0) say(`replay with TUTTI_SEED=${seed}`)
await cleanUp()
process.exit(failed === 0 ? 0 : 1)

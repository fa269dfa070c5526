// `./dev run`: shares a real project, lets two Neovims type into one file at once while the hub is killed and restarted, and shows
// that every copy is the same and nothing is lost. Without --once it then shares DIR and goes on serving.
import {mkdirSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {latencies, quantile} from './lib/latency.mjs'
import {Company} from './lib/company.mjs'
import {bin, cleanUp, environment, firstLine, say, scratch, start} from './lib/process.mjs'
import {fillSample} from './lib/sample.mjs'
import {Hub} from './lib/session.mjs'
import {sameTrees} from './lib/trees.mjs'
import {until} from './lib/wait.mjs'

const options = process.argv.slice(2)
const once = options.includes('--once')
const seconds = Number(process.env.TUTTI_PROOF_SECONDS ?? 30)
const seed = Number(process.env.TUTTI_SEED ?? Date.now() % 1_000_000)
const directory = options.find((option) => !option.startsWith('-'))

async function proof() {
  let files = 0
  const company = await Company.start('proof', (folder) => { files = fillSample(folder) })
  say(`shared and joined: ${files} files`)
  await company.open('together.txt')
  const quiet = await latencies(company.people[0].editor, company.people[1].editor, 100, () => new Promise((r) => setTimeout(r, 15)))
  await company.converge()
  company.before = await company.people[0].editor.text()

  say(`typing for ${seconds} s, seed ${seed}; the hub is killed in the middle`)
  const begin = Date.now()
  let crashed = null
  company.seat(seed)
  await company.type(() => Date.now() - begin > seconds * 1000, {meanwhile: async () => {
    if (!crashed && Date.now() - begin > seconds * 500) crashed = company.hub.crash()
  }})
  await crashed
  const {text} = await company.converge()
  await company.saved(text)
  const faults = company.audit(text)
  await until('both folders to be equal', () => sameTrees(company.people[0].folder.folder, company.people[1].folder.folder))
  say(`edits ${company.edits}, key to screen p50 ${quantile(quiet.times, 0.5).toFixed(2)} ms, p99 ${quantile(quiet.times, 0.99).toFixed(2)} ms`)
  for (const fault of faults) say(`FAULT: ${fault}`)
  await company.stop()
  if (faults.length > 0) throw new Error(`${faults.length} faults; replay with TUTTI_SEED=${seed}`)
  say('converged: buffer A = buffer B = hub = disk A = disk B, nothing lost')
}

async function serve() {
  const folder = directory ? resolve(directory) : join(scratch('sample'), 'project')
  if (!directory) {
    mkdirSync(folder, {recursive: true})
    fillSample(folder)
  }
  const home = scratch('serve')
  const hub = new Hub(home)
  hub.port = 7420
  await hub.start().catch(async () => { hub.port = 0; await hub.start() })
  const env = {...process.env, TUTTI_TOKEN: hub.ownerToken, PATH: `${bin}:${process.env.PATH}`}
  const share = start(join(bin, 'tutti'), ['share', folder, '--hub', hub.url], {env, stdio: ['ignore', 'pipe', 'inherit']})
  const link = await firstLine(share, 'tutti share')
  say(`\n${folder} is shared:\n\n  ${link}\n`)
  say(`Neovim    PATH=${bin}:$PATH nvim --cmd 'set rtp+=${resolve('clients/nvim')}' +'TuttiJoin ${link}'`)
  say(`Emacs     PATH=${bin}:$PATH emacs -L ${resolve('clients/emacs')} -l tutti --eval '(tutti-join "${link}")'`)
  say(`VS Code   ./dev vscode && code --install-extension ${resolve('build/tutti.vsix')}, then "Tutti: Join Session" with the link`)
  say(`a folder  ${join(bin, 'tutti')} join '${link}'; then any other editor in it, as docs/PLAIN.md says`)
  say('\nCtrl-C ends it.')
  await new Promise((resolve) => ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, resolve)))
}

try {
  await proof()
  if (!once) await serve()
} catch (error) {
  say(`failed: ${error.message}`)
  process.exitCode = 1
} finally {
  await cleanUp()
  process.exit()
}

// A hub, and the project that Ann is going to share: what the tests of commands begin with, and how they end.
import {mkdirSync, symlinkSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {cleanUp, say, scratch} from './process.mjs'
import {Hub} from './session.mjs'

export const rows = (count) => Array.from({length: count}, (_, i) => `row ${i}\n`).join('')

/** Files that stay private, beside what is shared. */
function awkward(home, project) {
  writeFileSync(join(project, 'large.txt'), 'x'.repeat(1023).concat('\n').repeat(17 * 1024))
  writeFileSync(join(home, 'outside.txt'), 'outside\n')
  symlinkSync(join(home, 'outside.txt'), join(project, 'link.txt'))
}

/** Plays `work({home, hub, project})`; `files` are the project's, by name; `failed` tells more of a failure. Ends the process. */
export async function scene(name, files, work, failed = async () => {}) {
  const home = scratch(name), hub = new Hub(join(home, 'hub')), project = join(home, 'Ann/project')
  for (const folder of [hub.folder, project]) mkdirSync(folder, {recursive: true})
  for (const [file, text] of Object.entries(files)) writeFileSync(join(project, file), text)
  awkward(home, project)
  try {
    await hub.start()
    await work({home, hub, project})
  } catch (error) {
    say(`failed: ${error.stack}`)
    await failed(home)
    process.env.TUTTI_KEEP = '1'
    say(`kept: ${home}`)
    process.exitCode = 1
  } finally {
    await hub.stop()
    await cleanUp()
    process.exit()
  }
}

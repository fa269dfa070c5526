// Child processes that never outlive the test: each is stopped by its own id.
import {spawn} from 'node:child_process'
import {createWriteStream, mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {dirname, join, resolve} from 'node:path'
import readline from 'node:readline'
import {fileURLToPath} from 'node:url'

const running = new Set()
const endings = new Set()
const folders = new Set()

/** The source tree, and where the programs under test are. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')
export const bin = resolve(process.env.TUTTI_BIN ?? join(root, 'build/dev/bin'))

export function say(line) {
  process.stdout.write(line + '\n') // the Neovim client takes console.log for itself
}

/** A folder that is gone after the run, unless TUTTI_KEEP is set. */
export function scratch(name) {
  const folder = mkdtempSync(join(tmpdir(), `tutti-${name}-`))
  folders.add(folder)
  return folder
}

/** Every process of a test has a home of its own: no configuration, no cache, no clipboard of the person who runs it. */
export function environment(home, more = {}) {
  const {PATH, LANG, TERM} = process.env
  return {PATH: `${bin}:${PATH}`, LANG: LANG ?? 'C.UTF-8', TERM: TERM ?? 'dumb', HOME: home, XDG_CONFIG_HOME: `${home}/.config`,
    XDG_DATA_HOME: `${home}/.local/share`, XDG_CACHE_HOME: `${home}/.cache`, XDG_STATE_HOME: `${home}/.local/state`, ...more}
}

/** @param options `group`: it has children of its own, which are to end with it */
export function start(program, args, {env, cwd, log, group = false, stdio = ['pipe', 'pipe', 'pipe']} = {}) {
  const child = spawn(program, args, {env, cwd, stdio, detached: group})
  child.group = group
  running.add(child)
  child.ended = new Promise((resolve) => {
    const end = (how) => {
      running.delete(child)
      resolve(how)
    }
    child.on('exit', (code, signal) => end({code, signal}))
    child.on('error', (error) => {
      say(`${program}: ${error.message}`)
      if (child.pid === undefined) end({code: -1}) // it never began, so it does not exit either
    })
  })
  if (child.stderr && log) child.stderr.pipe(createWriteStream(log, {flags: 'a'}))
  else child.stderr?.resume()
  return child
}

/** The first line of a process's output; an error when it ends before. */
export async function firstLine(child, what) {
  const lines = readline.createInterface({input: child.stdout})
  const ended = child.ended.then(({code}) => { throw new Error(`${what} ended with code ${code} before it said anything`) })
  const line = new Promise((resolve) => lines.once('line', resolve))
  return Promise.race([line, ended])
}

export async function stop(child, signal = 'SIGTERM') {
  if (!running.has(child)) return
  if (child.group) process.kill(-child.pid, signal)
  else child.kill(signal)
  await child.ended
}

/** `stop` ends what is no child of ours; it is called once more after a test that failed. */
export function endsWith(stop) {
  endings.add(stop)
}

/** Plays a test to its end, says why it failed if it did, and ends the process with what was started. */
export async function play(test) {
  try {
    await test()
  } catch (error) {
    say(`failed: ${error.stack}`)
    process.exitCode = 1
  } finally {
    await cleanUp()
    process.exit()
  }
}

export async function cleanUp() {
  for (const end of endings) end()
  await Promise.all([...running].map((child) => stop(child, 'SIGKILL')))
  for (const folder of folders) if (!process.env.TUTTI_KEEP) rmSync(folder, {recursive: true, force: true})
}

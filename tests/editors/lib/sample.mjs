// A project to share: the files that git tracks here, and as many made ones as it takes to be a real one.
import {execFileSync} from 'node:child_process'
import {cpSync, existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {root} from './process.mjs'

export const fewest = 300

/** Only texts are shared; fuzzers' corpora are not all texts. */
function isText(path) {
  if (!existsSync(path) || !lstatSync(path).isFile()) return false
  const bytes = readFileSync(path)
  if (bytes.includes(0)) return false
  try {
    new TextDecoder('utf-8', {fatal: true}).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Fills `folder`; returns how many files it holds. */
export function fillSample(folder) {
  // .npmrc may hold tokens, and so is never shared.
  const tracked = existsSync(join(root, '.git')) ? execFileSync('git', ['ls-files', '-z'], {cwd: root}).toString().split('\0').filter((path) => path && !path.endsWith('.npmrc')) : []
  let count = 0
  for (const path of tracked) {
    if (!isText(join(root, path)) || path.startsWith('.git')) continue
    mkdirSync(dirname(join(folder, path)), {recursive: true})
    cpSync(join(root, path), join(folder, path))
    count++
  }
  for (; count < fewest; count++) {
    const path = join(folder, 'sample', `part${count % 17}`, `file${count}.txt`)
    mkdirSync(dirname(path), {recursive: true})
    writeFileSync(path, `file ${count}\n${'some lines of text\n'.repeat(1 + (count % 40))}`)
  }
  writeFileSync(join(folder, 'together.txt'), 'two people type here at once\n\n'.repeat(20))
  return count + 1
}

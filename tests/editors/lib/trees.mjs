// Two folders, byte for byte.
import {readdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'

function files(folder, below = '') {
  return readdirSync(join(folder, below), {withFileTypes: true}).flatMap((entry) => {
    const path = join(below, entry.name)
    if (entry.name === '.tutti') return []
    return entry.isDirectory() ? files(folder, path) : [path]
  })
}

/** The first difference in words, or null. */
export function difference(a, b) {
  const [left, right] = [files(a).sort(), files(b).sort()]
  for (const path of left) {
    if (!right.includes(path)) return `${path} is only in ${a}`
    if (!readFileSync(join(a, path)).equals(readFileSync(join(b, path)))) return `${path} differs`
  }
  const extra = right.find((path) => !left.includes(path))
  return extra ? `${extra} is only in ${b}` : null
}

export function sameTrees(a, b) {
  return difference(a, b) === null
}

// A page for people, and what it tells them to type.
import {readFileSync} from 'node:fs'
import {root} from './process.mjs'

export class Manual {
  constructor(path) {
    this.path = path
    this.page = readFileSync(path, 'utf8').replaceAll('/path/to/tutti', root)
  }
  #missing(what) {
    return new Error(`${this.path} does not say ${what}`)
  }
  /** The first block of code behind `heading` (of a section, or a bold beginning of a paragraph) that holds `words`. */
  block(heading, words = '') {
    const from = this.page.search(new RegExp(`^(#+ |\\*\\*)${heading}`, 'm'))
    if (from < 0) throw this.#missing(`anything under "${heading}"`)
    for (const [, code] of this.page.slice(from).matchAll(/^```\w*\n([^]*?)^```$/gm)) if (code.includes(words)) return code
    throw this.#missing(`"${words}" under "${heading}"`)
  }
  /** The line that is to be typed at `$`, and begins so. */
  command(words) {
    const found = this.page.match(new RegExp(`^\\$ (${words} .*)$`, 'm'))
    if (!found) throw this.#missing(`$ ${words}`)
    return found[1]
  }
  /** `word`, which has to be in the page; `form`: as it stands there. */
  names(word, form) {
    const found = this.page.match(form ?? word)
    if (!found) throw this.#missing(word)
    return found[0].replaceAll('`', '')
  }
}

// Somebody who types into an Emacs without looking, by the rules of typist.mjs: real keys through the command loop.
import {Random} from './random.mjs'
import {quoted} from './emacs.mjs'

const filler = 'abcdefghij klmno pqrst uvwxyz '

export class EmacsTypist {
  constructor(emacs, seed, capitals) {
    Object.assign(this, {emacs, name: emacs.name, random: new Random(seed), capitals, typed: new Map(), tokens: [], edits: 0, serial: 0, diary: []})
  }

  #note(what, detail) {
    this.diary.push({at: Math.round(performance.now()), what, detail})
  }
  #count(text) {
    for (const letter of text) if (letter >= 'A' && letter <= 'Z') this.typed.set(letter, (this.typed.get(letter) ?? 0) + 1)
  }
  #words() {
    const capital = this.random.text(this.capitals, 1 + this.random.below(4))
    this.#count(capital)
    return capital + this.random.text(filler, this.random.below(6))
  }
  #dice() {
    return this.random.next() % 1_000_003
  }
  #aim() {
    return this.emacs.eval(`(progn (control-aim ${this.#dice()} ${this.#dice()}) nil)`)
  }
  async #keys(...keys) {
    this.#note('keys', keys)
    await this.emacs.type(...keys)
  }

  async #type() {
    await this.#aim()
    await this.#keys(this.#words())
  }
  async #openLine() {
    await this.#aim()
    await (this.random.below(2) ? this.#keys(['C-e'], ['C-j'], this.#words()) : this.#keys(['C-a'], ['C-o'], this.#words()))
  }
  async #join() {
    await this.#aim()
    await this.#keys(['M-^'])
  }
  async #rub() {
    this.#note('rub', await this.emacs.eval(`(control-rub ${this.#dice()} ${this.#dice()} ${this.#dice()})`))
  }
  async #paste() {
    const lines = []
    for (let i = this.random.below(3); i >= 0; i--) {
      const token = `⟦${this.name}${this.serial++}⟧`
      this.tokens.push(token)
      this.#count(token)
      lines.push(`${this.random.text(filler, this.random.below(8))}${token}`)
    }
    await this.#aim()
    await this.emacs.eval(`(kill-new ${quoted(lines.join('\n'))})`)
    await this.#keys(['C-y'])
  }

  /** One edit of a random kind. */
  async edit() {
    this.edits++
    const kind = this.random.below(100)
    if (kind < 50) return this.#type()
    if (kind < 62) return this.#openLine()
    if (kind < 72) return this.#join()
    if (kind < 86) return this.#rub()
    return this.#paste()
  }
}

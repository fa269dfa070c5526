// Somebody who types without looking: random edits in any editor, with a ledger of what must be in the result.
//
// Each typist has capital letters of their own, which nobody ever deletes, so in the end there must be exactly as many of each as
// were typed: that counts every keystroke. Tokens like ⟦A17⟧ come in one piece (a paste) and must come out in one piece.
//
// Undo takes capitals away as well. Whoever undoes so many times and then redoes as often, without typing in between, has as many as
// before, whatever others did meanwhile. For what is undone for good, a token that goes with it is waited for; the text without it is
// the ledger from then on, in which nothing may have become more.
//
// What an editor does with its hands is its own: see `Hands` in company.mjs.
import {Random} from './random.mjs'
import {until} from './wait.mjs'

const filler = 'abcdefghij klmno pqrst uvwxyz '
const times = (text, part) => text.split(part).length - 1
/** VS Code's caret may be within a token for a moment, when others undo and redo around it: what its keys put there is no tear. */
const mended = (text) => text.replace(/⟦([^⟦⟧]+)⟧/g, (_, inside) => `⟦${inside[0]}${inside.replace(/\D/g, '')}⟧`)
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms)) // the pace of fingers, not a wait

/** How often each kind of edit comes up. */
const habits = [[46, 'word'], [12, 'line'], [9, 'join'], [12, 'rub'], [8, 'replace'], [13, 'paste']]
const secondThoughts = [[8, 'thereAndBack'], [3, 'regret']]

export class Typist {
  /** @param undoes also undoes and redoes */
  constructor(editor, seed, capitals, {undoes = false} = {}) {
    Object.assign(this, {editor, name: editor.name, hands: editor.hands(), random: new Random(seed), capitals, undoes})
    this.hands.random = this.random
    this.habits = undoes ? [...habits, ...secondThoughts] : [...habits, ...(this.hands.move ? [[6, 'move']] : [])]
    this.typed = new Map()
    this.tokens = []
    this.gone = []
    this.faults = []
    this.edits = this.serial = 0
    this.diary = [] // what was done and when, for whoever looks for a lost letter
  }

  /** One edit of a random kind. */
  async edit() {
    this.edits++
    let dice = this.random.below(this.habits.reduce((sum, [part]) => sum + part, 0))
    const [, kind] = this.habits.find(([part]) => (dice -= part) < 0)
    await this[kind]()
  }

  #note(what, detail) {
    this.diary.push({at: Math.round(performance.now()), what, detail})
  }
  #dice() {
    return [this.random.next(), this.random.next(), this.random.next()].map((n) => n % 1_000_003)
  }
  #count(text) {
    for (const letter of text) if (letter >= 'A' && letter <= 'Z') this.typed.set(letter, (this.typed.get(letter) ?? 0) + 1)
    this.tokens.push(...(text.match(/⟦\w+⟧/g) ?? []))
  }
  #words() {
    return this.random.text(this.capitals, 1 + this.random.below(4)) + this.random.text(filler, this.random.below(6))
  }
  #lines() {
    return Array.from({length: 1 + this.random.below(3)}, () => `${this.random.text(filler, this.random.below(8))}⟦${this.name}${this.serial++}⟧`)
  }

  async #write(what, text, does) {
    this.#note(what, text)
    if (await does(this.#dice(), text) !== false) this.#count(text)
  }
  word() {
    return this.#write('word', this.#words(), (dice, text) => this.hands.word(dice, text))
  }
  line() {
    return this.#write('line', this.#words(), (dice, text) => this.hands.line(dice, text))
  }
  replace() {
    return this.#write('replace', this.#words(), (dice, text) => this.hands.replace(dice, text))
  }
  paste() {
    return this.#write('paste', this.#lines().join('\n'), (dice, text) => this.hands.paste(dice, text.split('\n')))
  }
  async join() {
    this.#note('join')
    await this.hands.join(this.#dice())
  }
  async rub() {
    this.#note('rub', await this.hands.rub(this.#dice()))
  }
  async move() {
    this.#note('move')
    await this.hands.move(this.#dice())
  }

  async thereAndBack() {
    await this.word() // what was undone for good before it cannot be redone now
    const often = 1 + this.random.below(3)
    this.#note('undo and redo', often)
    for (const which of ['undo', 'redo']) {
      for (let i = 0; i < often; i++) {
        await this.hands[which]()
        await rest(this.random.below(40))
      }
    }
  }
  async regret() {
    await this.paste()
    this.#note('regret', this.tokens.at(-1))
    const token = this.tokens.at(-1)
    await this.hands.undo()
    await until(`${this.name}'s ${token} to be undone`, async () => !mended(await this.editor.text()).includes(token))
    this.#recount(await this.#unhurried())
  }

  /** The text, once no letter is there too often: a line that is joined in a Neovim without the plugin may be there twice for a while. */
  async #unhurried() {
    let text
    const inOrder = async () => {
      text = await this.editor.text()
      return [...this.typed].every(([letter, before]) => times(text, letter) <= before)
    }
    await until('no letter too many', inOrder, 5_000).catch(() => null) // then they count as a fault
    return text
  }

  #recount(text) {
    for (const [letter, before] of this.typed) {
      const now = times(text, letter)
      if (now > before) this.faults.push(`${now - before} × ${letter} came by an undo`)
      this.typed.set(letter, now)
    }
    const whole = mended(text)
    this.gone.push(...this.tokens.filter((token) => !whole.includes(token)))
    this.tokens = this.tokens.filter((token) => whole.includes(token))
  }
}

/** What is missing from or too many in `text`; empty when every keystroke is there once. */
export function audit(text, before, typists) {
  const faults = typists.flatMap((typist) => typist.faults)
  const expected = new Map()
  const add = (letter, n) => expected.set(letter, (expected.get(letter) ?? 0) + n)
  for (const letter of before) if (letter >= 'A' && letter <= 'Z') add(letter, 1)
  for (const typist of typists) for (const [letter, n] of typist.typed) add(letter, n)
  for (const letter of text) if (letter >= 'A' && letter <= 'Z') add(letter, -1)
  for (const [letter, n] of expected) if (n !== 0) faults.push(n > 0 ? `${n} × ${letter} lost` : `${-n} × ${letter} too many`)
  const whole = typists.some(({undoes}) => undoes) ? mended(text) : text
  for (const {tokens, gone} of typists) {
    for (const token of tokens) if (times(whole, token) !== 1) faults.push(`${token} is there ${times(whole, token)} times`)
    for (const token of gone) if (whole.includes(token)) faults.push(`${token} is there, and was undone`)
  }
  const all = typists.reduce((sum, {tokens}) => sum + tokens.length, 0)
  for (const edge of '⟦⟧') if (times(text, edge) !== all) faults.push(`${times(text, edge)} × ${edge} of ${all} tokens`)
  return faults
}

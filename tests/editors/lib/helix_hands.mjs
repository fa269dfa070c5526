// What somebody who types without looking does in a Helix: keys on its screen. Where its caret is, only it knows, so it goes to a
// line's beginning or end, or to the next filler. What must be one turn of the editor is one write: it reads keys before messages.

const furthest = 60 // a number beyond the last line leads to that one

export class HelixHands {
  constructor(helix) {
    this.helix = helix
  }
  #line([row]) {
    return `${1 + row % furthest}gg`
  }
  /** Selects a stretch of filler, on this line or the next that has some. */
  #filler(dice) {
    return `${this.#line(dice)}/[a-z ]{1,${1 + dice[2] % 12}}\r`
  }

  word(dice, text) {
    return this.helix.type(`${this.#line(dice)}${dice[1] % 2 ? 'A' : 'I'}${text}`)
  }
  line(dice, text) {
    return this.helix.type(`${this.#line(dice)}${dice[2] % 2 ? 'o' : 'O'}${text}`)
  }
  join(dice) {
    return this.helix.type(`${this.#line(dice)}J`)
  }
  rub(dice) {
    return this.helix.type(`${this.#filler(dice)}d`)
  }
  replace(dice, text) {
    return this.helix.type(`${this.#filler(dice)}c${text}`)
  }
  paste(dice, lines) {
    return this.helix.type(`${this.#line(dice)}A`, lines.join('\n'))
  }
}

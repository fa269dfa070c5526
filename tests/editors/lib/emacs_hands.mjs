// What somebody who types without looking does in an Emacs: real keys through the command loop.
import {quoted} from './emacs.mjs'

export class EmacsHands {
  constructor(emacs) {
    this.emacs = emacs
  }
  #aim([row, column]) {
    return this.emacs.eval(`(progn (control-aim ${row} ${column}) nil)`)
  }

  async word(dice, text) {
    await this.#aim(dice)
    await this.emacs.type(text)
  }
  async line(dice, text) {
    await this.#aim(dice)
    await (dice[2] % 2 ? this.emacs.type(['C-e'], ['C-j'], text) : this.emacs.type(['C-a'], ['C-o'], text))
  }
  async join(dice) {
    await this.#aim(dice)
    await this.emacs.type(['M-^'])
  }
  rub(dice) {
    return this.emacs.eval(`(control-rub ${dice.join(' ')})`)
  }
  async replace(dice, text) {
    return await this.emacs.eval(`(control-replace ${dice.join(' ')} ${quoted(text)})`) > 0
  }
  async paste(dice, lines) {
    await this.#aim(dice)
    await this.emacs.eval(`(kill-new ${quoted(lines.join('\n'))})`)
    await this.emacs.type(['C-y'])
  }
  undo() {
    return this.emacs.type(['C-/'])
  }
  redo() {
    return this.emacs.type(['C-M-_'])
  }
}

// Somebody who types into VS Code without looking: see typist.mjs, whose ledger and rules this one keeps. Words are typed by
// real keys, 10 to 50 ms apart, at ends of lines, where no token can be torn: what is between finding a place and typing there,
// others may use. At all other places the change is made in one turn, at a version: VS Code refuses it when somebody was faster.
import {filler, Ledger} from './typist.mjs'

const place = `
  const editor = vscode.window.visibleTextEditors[0]
  const {document} = editor
  const line = document.lineAt(args.dice[0] % document.lineCount)
  const {text} = line`

const atPlace = `${place}
  const starts = []
  let inside = false, before = ''
  for (let at = 0; at <= text.length && at <= 400; at++) {
    const splits = /[\\ud800-\\udbff]$/.test(before) || /^[\\p{M}\\u200d\\ufe0f]/u.test(text.slice(at)) || before === '\\u200d'
    if (!inside && !splits) starts.push(at)
    before = text[at] ?? ''
    if (before === '⟦') inside = true
    else if (before === '⟧') inside = false
  }
  const at = new vscode.Position(line.lineNumber, starts[args.dice[1] % starts.length])
  return editor.edit((build) => build.insert(at, args.text))`

const rub = `${place}
  const found = /[a-z ]+/.exec(text.slice(args.dice[1] % (text.length + 1)))
  if (!found) return true
  const from = args.dice[1] % (text.length + 1) + found.index
  const to = Math.min(from + found[0].length, from + 1 + args.dice[2] % 12)
  return editor.edit((build) => build.delete(new vscode.Range(line.lineNumber, from, line.lineNumber, to)))`

const goToLine = `${place}
  editor.selection = new vscode.Selection(line.range.start, line.range.start)`

export class VscodeTypist extends Ledger {
  constructor(window, seed, capitals) {
    super(window.name, seed, capitals)
    this.window = window
  }

  async #goToLine() {
    await this.window.run(goToLine, {dice: this.dice()})
    await this.window.keys(this.random.pick(['End', 'Home']))
  }
  async #press(text) {
    this.note('keys', text)
    for (const letter of text) {
      await this.window.page.keyboard.press(letter === '\n' ? 'Enter' : letter === ' ' ? 'Space' : letter)
      await new Promise((resolve) => setTimeout(resolve, 10 + this.random.below(40))) // the pace of fingers, not a wait
    }
  }
  /** Until nobody was faster; the place is chosen anew each time. */
  async #inOneTurn(code, more = {}) {
    while (!(await this.window.run(code, {dice: this.dice(), ...more})));
  }

  async #type() {
    await this.#goToLine()
    await this.#press(this.words())
  }
  async #openLine() {
    await this.#goToLine()
    await this.window.keys('End')
    await this.#press(`\n${this.words()}`)
  }
  async #join() {
    await this.#goToLine()
    this.note('join')
    await this.window.command('editor.action.joinLines')
  }
  async #move() {
    await this.#goToLine()
    this.note('move')
    await this.window.keys(this.random.pick(['Alt+ArrowDown', 'Alt+ArrowUp']))
  }
  async #paste() {
    const text = this.paste().join('\n')
    this.note('paste', text)
    await this.#inOneTurn(atPlace, {text})
  }
  async #rub() {
    this.note('rub')
    await this.#inOneTurn(rub)
  }

  /** One edit of a random kind. */
  async edit() {
    this.edits++
    const kind = this.random.below(100)
    if (kind < 45) return this.#type()
    if (kind < 57) return this.#openLine()
    if (kind < 65) return this.#join()
    if (kind < 72) return this.#move()
    if (kind < 86) return this.#rub()
    return this.#paste()
  }
}

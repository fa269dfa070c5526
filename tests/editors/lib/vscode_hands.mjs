// What somebody who types without looking does in VS Code. Words are typed by real keys, 10 to 50 ms apart, at ends of lines, where
// no token can be torn: what is between finding a place and typing there, others may use. At all other places the change is made in
// one turn, at a version: VS Code refuses it when somebody was faster.

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

const replace = `${place}
  const found = /[a-z ]+/.exec(text.slice(args.dice[1] % (text.length + 1)))
  if (!found) return 'nothing there'
  const from = args.dice[1] % (text.length + 1) + found.index
  const to = Math.min(from + found[0].length, from + 1 + args.dice[2] % 12)
  return editor.edit((build) => build.replace(new vscode.Range(line.lineNumber, from, line.lineNumber, to), args.text))`

const goToLine = `${place}
  editor.selection = new vscode.Selection(line.range.start, line.range.start)`

export class VscodeHands {
  constructor(window) {
    this.window = window
  }

  async #goToLine(dice, ...keys) {
    await this.window.run(goToLine, {dice})
    await this.window.keys(...keys)
  }
  async #press(text) {
    for (const letter of text) {
      await this.window.page.keyboard.press(letter === '\n' ? 'Enter' : letter === ' ' ? 'Space' : letter)
      await new Promise((resolve) => setTimeout(resolve, 10 + this.random.below(40))) // the pace of fingers, not a wait
    }
  }
  /** Until nobody was faster; the place is looked for anew each time. */
  async #inOneTurn(code, dice, text) {
    for (;;) {
      const taken = await this.window.run(code, {dice, text})
      if (taken) return taken
    }
  }

  async word(dice, text) {
    await this.#goToLine(dice, dice[1] % 2 ? 'End' : 'Home')
    await this.#press(text)
  }
  async line(dice, text) {
    await this.#goToLine(dice, 'End')
    await this.#press(`\n${text}`)
  }
  async join(dice) {
    await this.#goToLine(dice)
    await this.window.command('editor.action.joinLines')
  }
  async move(dice) {
    await this.#goToLine(dice, dice[1] % 2 ? 'Alt+ArrowDown' : 'Alt+ArrowUp')
  }
  rub(dice) {
    return this.#inOneTurn(replace, dice, '')
  }
  async replace(dice, text) {
    return await this.#inOneTurn(replace, dice, text) === true
  }
  async paste(dice, lines) {
    await this.#inOneTurn(atPlace, dice, lines.join('\n'))
  }
  undo() {
    return this.window.keys('Control+z')
  }
  redo() {
    return this.window.keys('Control+Shift+z')
  }
}

// Somebody who types without looking: random edits by real keys, with a ledger of what must be in the result.
//
// Capital letters are never deleted by anybody, so in the end there must be exactly as many of each as were typed: that
// counts every keystroke. Tokens like ⟦A17⟧ come in one piece (a paste) and must come out in one piece.
import {Random} from './random.mjs'
import {until} from './wait.mjs'

export const filler = 'abcdefghij klmno pqrst uvwxyz '

// Puts the caret at a random place that is not inside a token; the place is chosen and taken in one turn of the editor. A place
// before a combining character is none: the caret would stand before the character that it belongs to.
const aim = `
  local random = ...
  local row = random[1] % vim.api.nvim_buf_line_count(0)
  local line = vim.api.nvim_buf_get_lines(0, row, row + 1, true)[1]
  local starts = {}
  local inside, before = false, ''
  for _, at in ipairs(vim.fn.range(0, vim.fn.strchars(line))) do
    local character = vim.fn.strcharpart(line, at, 1)
    local combines = before ~= '' and character ~= '' and vim.fn.strchars(before .. character, 1) == 1
    before = character
    if not inside and not combines then starts[#starts + 1] = vim.fn.byteidxcomp(line, at) end
    if character == '⟦' then inside = true elseif character == '⟧' then inside = false end
    if at > 400 then break end
  end
  local column = starts[random[2] % #starts + 1]
  vim.api.nvim_win_set_cursor(0, {row + 1, math.max(column, 0)})
  return column >= #line`

// Deletes a stretch of filler at a random place, in one turn of the editor.
const rub = `
  local random = ...
  local row = random[1] % vim.api.nvim_buf_line_count(0)
  local line = vim.api.nvim_buf_get_lines(0, row, row + 1, true)[1]
  local from, to = line:find('[a-z ]+', random[2] % (#line + 1) + 1)
  if not from then return 0 end
  to = math.min(to, from + random[3] % 12)
  vim.api.nvim_win_set_cursor(0, {row + 1, from - 1})
  vim.cmd('normal! ' .. (to - from + 1) .. 'x')
  return to - from + 1`

/** What somebody typed, and the chance that says what comes next. */
export class Ledger {
  constructor(name, seed, capitals) {
    this.name = name
    this.random = new Random(seed)
    this.capitals = capitals
    this.typed = new Map()
    this.tokens = []
    this.edits = 0
    this.serial = 0
    this.diary = [] // what was done and when, for whoever looks for a lost letter
  }

  note(what, detail) {
    this.diary.push({at: Math.round(performance.now()), what, detail})
  }
  dice() {
    return [this.random.next(), this.random.next(), this.random.next()].map((n) => n % 1_000_003)
  }
  #count(text) {
    for (const letter of text) if (letter >= 'A' && letter <= 'Z') this.typed.set(letter, (this.typed.get(letter) ?? 0) + 1)
  }
  words() {
    const capital = this.random.text(this.capitals, 1 + this.random.below(4))
    this.#count(capital)
    return capital + this.random.text(filler, this.random.below(6))
  }
  /** Lines with a token each. */
  paste() {
    const lines = []
    for (let i = this.random.below(3); i >= 0; i--) {
      const token = `⟦${this.name}${this.serial++}⟧`
      this.tokens.push(token)
      this.#count(token)
      lines.push(`${this.random.text(filler, this.random.below(8))}${token}`)
    }
    return lines
  }
}

/** In Neovim. */
export class Typist extends Ledger {
  constructor(neovim, seed, capitals) {
    super(neovim.name, seed, capitals)
    this.neovim = neovim
    this.marks = 0
  }

  // Until the last key is worked off, the editor may be in the middle of an insertion, and a caret put elsewhere would be moved.
  async #keys(text) {
    this.note('keys', text)
    const mark = ++this.marks
    await this.neovim.keys(`${text}<Cmd>let g:tutti_typed = ${mark}<CR>`)
    await until('the keys to be worked off', () => this.neovim.lua('return vim.g.tutti_typed == ...', [mark]))
  }

  async #type() {
    const atEnd = await this.neovim.lua(aim, [this.dice()])
    await this.#keys(`${atEnd ? 'A' : 'i'}${this.words()}<Esc>`)
  }
  async #openLine() {
    await this.neovim.lua(aim, [this.dice()])
    await this.#keys(`${this.random.pick(['o', 'O'])}${this.words()}<Esc>`)
  }
  async #join() {
    await this.neovim.lua(aim, [this.dice()])
    await this.#keys('J')
  }
  async #rub() {
    this.note('rub', await this.neovim.lua(rub, [this.dice()]))
  }
  async #paste() {
    const lines = this.paste()
    this.note('paste', lines)
    await this.neovim.lua(`local random, lines = ... ; local at_end = (function(...) ${aim} end)(random) vim.api.nvim_put(lines, 'c', at_end, true)`, [this.dice(), lines])
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

/** What is missing from or too many in `text`; empty when every keystroke is there once. */
export function audit(text, before, typists) {
  const faults = []
  const expected = new Map()
  const add = (letter, n) => expected.set(letter, (expected.get(letter) ?? 0) + n)
  for (const letter of before) if (letter >= 'A' && letter <= 'Z') add(letter, 1)
  for (const typist of typists) for (const [letter, n] of typist.typed) add(letter, n)
  for (const letter of text) if (letter >= 'A' && letter <= 'Z') add(letter, -1)
  for (const [letter, n] of expected) if (n !== 0) faults.push(n > 0 ? `${n} × ${letter} lost` : `${-n} × ${letter} too many`)
  for (const typist of typists) {
    for (const token of typist.tokens) {
      const times = text.split(token).length - 1
      if (times !== 1) faults.push(`${token} is there ${times} times`)
    }
  }
  return faults
}

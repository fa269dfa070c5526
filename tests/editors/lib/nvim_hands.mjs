// What somebody who types without looking does in a Neovim: real keys, and in one turn of the editor what needs a place of its own.
import {until} from './wait.mjs'

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

// A stretch of filler at a random place, in one turn of the editor.
const stretch = `
  local random, text = ...
  local row = random[1] % vim.api.nvim_buf_line_count(0)
  local line = vim.api.nvim_buf_get_lines(0, row, row + 1, true)[1]
  local from, to = line:find('[a-z ]+', random[2] % (#line + 1) + 1)
  if not from then return 0 end
  to = math.min(to, from + random[3] % 12)`
const rub = `${stretch}
  vim.api.nvim_win_set_cursor(0, {row + 1, from - 1})
  vim.cmd('normal! ' .. (to - from + 1) .. 'x')
  return to - from + 1`
const replace = `${stretch}
  vim.api.nvim_buf_set_text(0, row, from - 1, row, to, {text})
  return to - from + 1`

export class NeovimHands {
  marks = 0
  constructor(neovim) {
    this.neovim = neovim
  }

  // Until the last key is worked off, the editor may be in the middle of an insertion, and a caret put elsewhere would be moved.
  async #keys(text) {
    const mark = ++this.marks
    await this.neovim.keys(`${text}<Cmd>let g:tutti_typed = ${mark}<CR>`)
    await until('the keys to be worked off', () => this.neovim.lua('return vim.g.tutti_typed == ...', [mark]))
  }
  #aim(dice) {
    return this.neovim.lua(aim, [dice])
  }

  async word(dice, text) {
    const atEnd = await this.#aim(dice)
    await this.#keys(`${atEnd ? 'A' : 'i'}${text}<Esc>`)
  }
  async line(dice, text) {
    await this.#aim(dice)
    await this.#keys(`${dice[2] % 2 ? 'o' : 'O'}${text}<Esc>`)
  }
  async join(dice) {
    await this.#aim(dice)
    await this.#keys('J')
  }
  rub(dice) {
    return this.neovim.lua(rub, [dice])
  }
  async replace(dice, text) {
    return await this.neovim.lua(replace, [dice, text]) > 0
  }
  async paste(dice, lines) {
    await this.neovim.lua(`local random, lines = ... ; local at_end = (function(...) ${aim} end)(random) vim.api.nvim_put(lines, 'c', at_end, true)`, [dice, lines])
  }
  undo() {
    return this.#keys('u')
  }
  redo() {
    return this.#keys('<C-r>')
  }
}

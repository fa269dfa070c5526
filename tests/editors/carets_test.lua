-- The caret and what is selected stay at their text while others' text comes in, in every mode. Run by both Neovims.
local carets = require('tutti.carets')

local api = vim.api
local text = { 'first line', 'the second line', 'third', 'fourth line' }

-- Keys that select in `text`; what others then do, as nvim_buf_set_text has it; what is selected then, or where the caret is.
local cases = {
  { 'a line above', '2G4lve', { 0, 0, 0, 0, { 'new', '' } }, 'second' },
  { 'before it in its line', '2G4lve', { 1, 0, 1, 0, { '...' } }, 'second' },
  { 'before it, the caret at the other end', '2G4lveo', { 1, 0, 1, 0, { '...' } }, 'second' },
  { 'at its beginning', '2G4lve', { 1, 4, 1, 4, { '...' } }, 'second' },
  { 'within it', '2G4lve', { 1, 7, 1, 7, { '...' } }, 'sec...ond' },
  { 'behind it', '2G4lve', { 1, 10, 1, 10, { '...' } }, 'second' },
  { 'its beginning is taken away', '2G4lve', { 1, 0, 1, 7, {} }, 'ond' },
  { 'over several lines', '2G4lvj', { 0, 0, 1, 0, {} }, 'second line\nthird' },
  { 'whole lines', '2GVj', { 0, 0, 0, 0, { 'new', 'er', '' } }, 'the second line\nthird' },
  { 'to be typed over', '2G4lve\7', { 1, 0, 1, 0, { '...' } }, 'second' },
  { 'nothing is selected', '2G4l', { 0, 0, 0, 0, { 'new', '' } }, { 3, 4 } },
  { 'the end of the line', '2G$', { 1, 0, 1, 0, { '...' } }, { 2, 17 }, at_end = true },
  { 'the end of the line, elsewhere', '2G$', { 3, 0, 3, 0, { '...' } }, { 2, 14 }, at_end = true },
}

local function reselected()
  vim.cmd('normal! ' .. (vim.fn.mode():find('^[sS]') and '\7y' or 'y'))
  return (vim.fn.getreg('"'):gsub('\n$', ''))
end

local failed = 0
for _, case in ipairs(cases) do
  local what, keys, edit, wanted = unpack(case)
  api.nvim_buf_set_lines(0, 0, -1, true, text)
  vim.cmd('normal! gg0' .. keys)
  local kept = carets.keep(api.nvim_get_current_buf())
  api.nvim_buf_set_text(0, unpack(edit))
  carets.restore(api.nvim_get_current_buf(), kept)
  local at_end = vim.fn.winsaveview().curswant == 2147483647
  local got = type(wanted) == 'string' and reselected() or api.nvim_win_get_cursor(0)
  if not vim.deep_equal(got, wanted) or (case.at_end or false) ~= at_end then
    failed = failed + 1
    print(('%s: %s, not %s%s\n'):format(what, vim.inspect(got), vim.inspect(wanted), at_end and ', at the end' or ''))
  end
end
vim.cmd(failed == 0 and 'qall!' or 'cquit 1')

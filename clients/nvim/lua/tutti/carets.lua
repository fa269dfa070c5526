-- Carets and the selection stay at their text while others' text comes in. Neovim leaves the other end of a selection at its row and
-- column, where there is other text then, to be deleted by the next key; so both are held by extmarks.
local api = vim.api
local M = {}

local space = api.nvim_create_namespace('tutti.caret')
local end_of_line = 2147483647 -- of a caret that was sent there with `$`: it stays there in the lines that it goes to, and in a block

---@class TuttiCaret
---@field window integer
---@field mark integer
---@field at_end boolean

-- `on`: it is on the character behind it, as the ends of a selection are; else what comes there comes behind it.
local function mark(bufnr, row, column, on)
  local line = api.nvim_buf_get_lines(bufnr, row - 1, row, false)[1] or ''
  return api.nvim_buf_set_extmark(bufnr, space, row - 1, math.min(column, #line), { right_gravity = on })
end

local function unmark(bufnr, id)
  local at = api.nvim_buf_get_extmark_by_id(bufnr, space, id, {})
  api.nvim_buf_del_extmark(bufnr, space, id)
  if at[1] then
    return at[1] + 1, at[2]
  end
end

-- Only the current window has a selection.
local function selects(bufnr)
  return bufnr == api.nvim_get_current_buf() and vim.fn.mode():find('^[vV\22sS\19]') ~= nil
end

local function other_end(bufnr)
  local at = vim.fn.getpos('v')
  return mark(bufnr, at[2], at[3] - 1, true)
end

---@param bufnr integer whose text is going to change
---@return table
function M.keep(bufnr)
  local selected = selects(bufnr)
  local kept = { other_end = selected and other_end(bufnr) }
  for _, window in ipairs(vim.fn.win_findbuf(bufnr)) do
    local at = api.nvim_win_get_cursor(window)
    local on = selected and window == api.nvim_get_current_win()
    local wanted = api.nvim_win_call(window, vim.fn.winsaveview).curswant
    kept[#kept + 1] = { window = window, mark = mark(bufnr, at[1], at[2], on), at_end = wanted == end_of_line }
  end
  return kept
end

-- `o` takes the caret to the other end and back. In select mode it would be typed: Ctrl-G makes that a selection of the usual kind.
local function put_other_end(row, column)
  local now = vim.fn.getpos('v')
  if not row or (now[2] == row and now[3] == column + 1) then
    return false
  end
  local types = vim.fn.mode():find('^[sS\19]')
  local view = vim.fn.winsaveview()
  vim.cmd('noautocmd normal! ' .. (types and '\7o' or 'o'))
  pcall(api.nvim_win_set_cursor, 0, { row, column })
  vim.cmd('noautocmd normal! ' .. (types and 'o\7' or 'o'))
  vim.fn.winrestview({ topline = view.topline, leftcol = view.leftcol })
  return true
end

-- To put it where it is would forget the column that it wants.
---@param caret TuttiCaret
local function put_caret(caret, row, column, always)
  local now = api.nvim_win_get_cursor(caret.window)
  if not always and now[1] == row and now[2] == column then
    return
  end
  pcall(api.nvim_win_set_cursor, caret.window, { row, column })
  if caret.at_end then
    api.nvim_win_call(caret.window, function()
      vim.fn.winrestview({ curswant = end_of_line })
    end)
  end
end

---@param bufnr integer
---@param kept table what `keep` answered
function M.restore(bufnr, kept)
  local moved = kept.other_end and put_other_end(unmark(bufnr, kept.other_end))
  for _, caret in ipairs(kept) do
    local row, column = unmark(bufnr, caret.mark)
    if row and api.nvim_win_is_valid(caret.window) then
      put_caret(caret, row, column, moved)
    end
  end
end

return M

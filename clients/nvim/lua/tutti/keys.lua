-- The undo keys of shared buffers, for those who asked for them (`undo_keys`): Neovim's own undo also takes back what others
-- wrote in between.
local commands = require('tutti.commands')
local config = require('tutti.config')
local link = require('tutti.link')

local M = {}

local keys = {
  u = { turn = commands.undo, native = 'u', what = 'Undo own edits' },
  ['<C-r>'] = { turn = commands.redo, native = '\18', what = 'Redo own edits' },
}

local function press(bufnr, key)
  local count = vim.v.count1
  if not link.get(bufnr) then
    return vim.cmd('normal! ' .. count .. key.native)
  end
  for _ = 1, count do
    key.turn()
  end
end

---@param bufnr integer a shared buffer
function M.map(bufnr)
  if not config.values.undo_keys then
    return
  end
  for lhs, key in pairs(keys) do
    vim.keymap.set('n', lhs, function()
      press(bufnr, key)
    end, { buffer = bufnr, desc = 'Tutti: ' .. key.what })
  end
end

return M

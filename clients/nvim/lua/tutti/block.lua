-- What is typed into a block (Ctrl-V … I, A, c) comes into its other lines when the person leaves insert mode: Neovim takes for it
-- whatever the first line has grown by. What others write into that line meanwhile would be copied along, so it waits, for as long
-- as somebody types into a block, and no longer than `most_ms`.
local compat = require('tutti.compat')

local api = vim.api
local M = {}

local most_ms = 10000
local bufnr, since
local waiting = {} ---@type table<integer, fun()> by buffer

local function now_ms()
  return compat.uv.hrtime() / 1e6
end

-- Neovim copies the text after it said that insert mode is over, so this runs in a later turn.
local release = vim.schedule_wrap(function()
  local all = waiting
  waiting = {}
  for _, go_on in pairs(all) do
    go_on()
  end
end)

local function begin()
  bufnr, since = api.nvim_get_current_buf(), now_ms()
  vim.defer_fn(release, most_ms)
end

local function finish()
  bufnr = nil
  release()
end

---@param group integer of autocommands
function M.watch(group)
  api.nvim_create_autocmd('ModeChanged', { group = group, pattern = '\22:i', callback = begin })
  api.nvim_create_autocmd('ModeChanged', { group = group, pattern = 'i:n*', callback = finish })
end

---Whether `buf` can take no text of others now. Then `go_on` is called when it can; of several the last.
---@param buf integer
---@param go_on fun()
---@return boolean
function M.holds(buf, go_on)
  local held = buf == bufnr and now_ms() - since < most_ms
  if held then
    waiting[buf] = go_on
  end
  return held
end

return M

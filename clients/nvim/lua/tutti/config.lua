-- The only reader of settings. `setup()` is optional: every setting has a default, and no key is mapped
-- unless asked for.
local M = {}

---@class TuttiConfig
---@field cmd string[] how the language server is started
---@field name string|nil the name that others see; nil: the server asks the system
---@field hub string|nil the hub that `:TuttiShare` uses; nil: the one of `tutti`'s own configuration
---@field auto_start boolean join in when a file inside a linked folder is opened
---@field cursors boolean show the carets and selections of others
---@field undo_keys boolean `u` and `<C-r>` of shared buffers take back and bring back one's own work only
---@field name_tag "eol"|"none" where a participant's name stands beside their caret
local defaults = {
  cmd = { 'tutti', 'lsp' },
  name = nil,
  hub = nil,
  auto_start = true,
  cursors = true,
  undo_keys = false,
  name_tag = 'eol',
}

M.values = vim.deepcopy(defaults)

local function known(key)
  return defaults[key] ~= nil or key == 'name' or key == 'hub'
end

---@param options table|nil
function M.set(options)
  for key in pairs(options or {}) do
    if not known(key) then
      error(('tutti: unknown setting "%s"; :help tutti-settings lists them'):format(key), 0)
    end
  end
  M.values = vim.tbl_extend('force', vim.deepcopy(defaults), options or {})
end

return M

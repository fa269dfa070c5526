-- `:checkhealth tutti`: what a person would check first, in the order in which it breaks.
local M = {}

local function first_line(cmd)
  local output = vim.fn.systemlist(cmd)
  return vim.v.shell_error == 0 and output[1] or nil
end

function M.check()
  local report = require('tutti.compat').health
  local config = require('tutti.config')
  local client = require('tutti.client')
  local people = require('tutti.people')

  report.start('tutti')
  if vim.fn.has('nvim-0.7') == 1 then
    report.ok('Neovim ' .. tostring(vim.version().major) .. '.' .. tostring(vim.version().minor))
  else
    report.error('Neovim 0.7 or newer is needed')
  end
  local program = config.values.cmd[1]
  if vim.fn.executable(program) == 0 then
    report.error(('`%s` is not in PATH: install Tutti, or name it with require("tutti").setup{cmd = {"/path/to/tutti", "lsp"}}'):format(program))
    return
  end
  local version = first_line({ program, 'version' })
  if version then
    report.ok(('`%s`: %s'):format(program, version))
  else
    report.error(('`%s version` failed'):format(program))
  end
  if client.client then
    report.ok('the language server runs')
  elseif client.trouble then
    report.error(client.trouble)
  else
    report.ok('the language server starts with the first shared file, :TuttiShare or :TuttiJoin')
  end
  for _, line in ipairs(people.report()) do
    report.ok(line)
  end
end

return M

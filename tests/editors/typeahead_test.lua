-- What others write comes after the keys that are queued, as a snippet's are: those say where they go. Run by both Neovims.
local typeahead = require('tutti.typeahead')

local api = vim.api
api.nvim_buf_set_lines(0, 0, -1, true, { 'one', 'two', 'three' })

local function receive()
  if typeahead.holds(receive) then
    return
  end
  local caret = api.nvim_win_get_cursor(0)
  local right = vim.fn.mode() == 'v' and vim.deep_equal(caret, { 2, 2 })
  if not right then
    print(('in mode %s at %s\n'):format(vim.fn.mode(), vim.inspect(caret)))
  end
  vim.cmd(right and 'qall!' or 'cquit 1')
end

vim.schedule(function()
  api.nvim_feedkeys('2G0ve', 'nt', true)
  vim.schedule(receive)
end)

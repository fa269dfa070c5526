-- What the statusline says of the file in the window, for each state that the server tells of. Run by both Neovims.
local people = require('tutti.people')
local uri = 'file:///tmp/score/main.c'
vim.api.nvim_buf_set_name(0, vim.uri_to_fname(uri))

local function tell(connection, pending, state, own)
  people.status = {
    connection = connection,
    session = { id = 'x', name = 'score', role = 'editor' },
    pending = pending,
    documents = { { uri = uri, state = state, pending = own or 0 } },
  }
end

local cases = {
  { 'online', 0, 'synced', 0, 'tutti: 1 here, synced' },
  { 'online', 2, 'pending', 2, 'tutti: 1 here, 2 pending' },
  { 'online', 2, 'unsaved', 1, 'tutti: 1 here, not saved on the hub, 2 pending' },
  { 'online', 0, 'diverged', 0, 'tutti: 1 here, diverged' },
  { 'online', 0, 'repaired', 0, 'tutti: 1 here, repaired' },
  { 'online', 0, 'fetching', 0, 'tutti: 1 here, fetching' },
  { 'offline', 3, 'offline', 3, 'tutti: offline, 3 pending' },
}
for _, case in ipairs(cases) do
  tell(case[1], case[2], case[3], case[4])
  local text = people.statusline()
  if text ~= case[5] then
    print(('%s: "%s" instead of "%s"'):format(case[3], text, case[5]))
    vim.cmd('cquit 1')
  end
end

tell('online', 0, 'unsaved')
assert(people.report()[2]:find('not saved on the hub', 1, true), 'the report says it too')
vim.cmd('enew')
assert(people.statusline() == 'tutti: 1 here', 'another buffer is no file of the session')
people.clear()
assert(people.statusline() == '', 'nothing outside a session')
vim.cmd('qall!')

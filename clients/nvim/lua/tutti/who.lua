-- The list of participants in a window of its own: one line for each, always up to date; keys to go there and to follow.
local colors = require('tutti.colors')
local commands = require('tutti.commands')
local people = require('tutti.people')

local api = vim.api
local M = {}

local space = api.nvim_create_namespace('tutti.who')
local nobody = 'Nobody else is here'
local list ---@type integer|nil the buffer, while it is there

local function line_of(person)
  local doing = commands.followed() == person.id and 'followed' or people.activity(person)
  return (' %-20s %-9s %-7s %s'):format(person.name, doing, person.role, people.file(person))
end

---Brings the list up to date where it is shown.
function M.refresh()
  if not list or not api.nvim_buf_is_valid(list) then
    return
  end
  local lines = vim.tbl_map(line_of, people.participants)
  vim.bo[list].modifiable = true
  api.nvim_buf_set_lines(list, 0, -1, false, #lines > 0 and lines or { nobody })
  vim.bo[list].modifiable = false
  api.nvim_buf_clear_namespace(list, space, 0, -1)
  for row, person in ipairs(people.participants) do
    local group = colors.group('Name', person.color)
    api.nvim_buf_set_extmark(list, space, row - 1, 0, { end_col = #person.name + 2, hl_group = group })
  end
end

---The other window of this tab page, where files are shown.
local function leave_list()
  vim.cmd('wincmd p')
  if api.nvim_get_current_buf() == list then
    vim.cmd('aboveleft new')
  end
end

local function with_person(does)
  return function()
    local person = people.participants[api.nvim_win_get_cursor(0)[1]]
    if person then
      leave_list()
      does(person)
    end
  end
end

local function make()
  list = api.nvim_create_buf(false, true)
  api.nvim_buf_set_name(list, 'tutti://people')
  vim.bo[list].bufhidden, vim.bo[list].filetype = 'wipe', 'tutti-people'
  local function key(lhs, does)
    vim.keymap.set('n', lhs, does, { buffer = list, nowait = true })
  end
  key('<CR>', with_person(commands.visit))
  key('f', with_person(commands.follow_person))
  key('q', '<Cmd>close<CR>')
end

---Shows who is here, and where.
function M.open()
  local shown = list and api.nvim_buf_is_valid(list) and vim.fn.bufwinid(list) or -1
  if shown ~= -1 then
    return api.nvim_set_current_win(shown)
  end
  make()
  vim.cmd('botright ' .. math.max(3, math.min(10, #people.participants + 1)) .. 'split')
  api.nvim_win_set_buf(0, list)
  vim.wo.number, vim.wo.relativenumber, vim.wo.wrap, vim.wo.cursorline = false, false, false, true
  M.refresh()
end

return M

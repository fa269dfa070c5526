-- The plugin's front door: `setup()` for settings, a few functions for those who script, and the events that keep it going.
local block = require('tutti.block')
local buffers = require('tutti.buffers')
local client = require('tutti.client')
local colors = require('tutti.colors')
local commands = require('tutti.commands')
local config = require('tutti.config')
local cursors = require('tutti.cursors')
local diagnostics = require('tutti.diagnostics')
local keys = require('tutti.keys')
local link = require('tutti.link')
local people = require('tutti.people')
local who = require('tutti.who')

local M = {
  share = commands.share,
  join = commands.join,
  leave = commands.leave,
  status = commands.status,
  follow = commands.follow,
  who = who.open,
  undo = commands.undo,
  redo = commands.redo,
  statusline = people.statusline,
}

local begun = false

local function watch(events, handler)
  vim.api.nvim_create_autocmd(events, { group = 'tutti', callback = handler })
end

-- Everything that the server before knew: texts, what language servers said, the caret.
local function tell_again()
  buffers.reopen_all()
  link.each(function(state)
    diagnostics.changed(state.bufnr)
  end)
  cursors.moved()
end

---Optional: changes settings. See `:help tutti-settings`.
---@param options table|nil
function M.setup(options)
  config.set(options)
end

---Called by the first command or the first file of a linked folder.
function M.begin()
  if begun then
    return
  end
  begun = true
  colors.define()
  vim.api.nvim_create_augroup('tutti', { clear = true })
  watch({ 'BufReadPost', 'BufNewFile', 'BufFilePost' }, function(event)
    if client.client then
      buffers.consider(event.buf)
    end
  end)
  watch('BufWritePost', function(event)
    buffers.consider(event.buf)
    link.saved(event.buf)
  end)
  watch({ 'CursorMoved', 'CursorMovedI', 'ModeChanged', 'BufEnter' }, cursors.moved)
  watch('DiagnosticChanged', function(event)
    diagnostics.changed(event.buf)
  end)
  watch('ColorScheme', colors.define)
  watch('VimLeavePre', client.stop)
  vim.api.nvim_create_autocmd('OptionSet', {
    group = 'tutti',
    pattern = 'endofline',
    callback = function()
      link.option_set(vim.api.nvim_get_current_buf())
    end,
  })
  block.watch(vim.api.nvim_create_augroup('tutti_block', { clear = true }))
  link.on_attach(keys.map)
  people.on_change(who.refresh)
  client.on_restart(tell_again)
  client.on('collab/edit', link.receive)
  client.on('collab/resync', link.resync)
  client.on('collab/cursors', cursors.show)
  client.on('collab/diagnostics', diagnostics.show)
  client.on('collab/presence', people.presence)
  client.on('collab/status', people.update)
  client.on('collab/reveal', commands.reveal)
  client.on('window/showMessage', commands.told)
end

---A file was opened: takes part when its folder is linked to a session.
---@param bufnr integer
function M.opened(bufnr)
  if not config.values.auto_start or begun or not buffers.belongs(bufnr) then
    return
  end
  M.begin()
  client.start(buffers.consider_all)
end

return M

-- The editor's half of the editor link: no merging, two counters, and the courage to drop.
--
--   buffer --on_lines--> shadow --collab/edit {revision: mine, seen: theirs}--> tutti lsp
--   buffer <--set_text-- shadow <--collab/edit, if epoch, seen and revision all fit; else dropped, and it comes again rebased
--
-- `shadow` is the list of lines as the server knows this buffer; every message is made from it. What changes is gathered until
-- Neovim has done with the command, and goes out as one edit, cut to what really differs: `J` changes a line and then deletes
-- the next one, and told as two edits it would leave behind what somebody else types into that next line.
--
--     buffer  ─on_lines─▶ dirty {first, old_last, new_last} ─end of turn, or before any other message─▶ collab/edit
--
-- A change that no callback told us about is found by `changedtick` before a server edit is applied, and reported as a
-- difference against the shadow. docs/PROTOCOL.md has the rules of collab/edit.
local block = require('tutti.block')
local carets = require('tutti.carets')
local compat = require('tutti.compat')
local lines = require('tutti.lines')
local typeahead = require('tutti.typeahead')

local api = vim.api
local M = {}

---@class TuttiBuffer
---@field bufnr integer
---@field uri string
---@field epoch integer how often this URI was opened on this connection
---@field mine integer own edits in this epoch
---@field theirs integer server edits applied in this epoch
---@field shadow string[] the text as the server knows it
---@field final boolean whether the file ends with a newline, as the server knows it
---@field tick integer changedtick that the shadow, with what is dirty, agrees with
---@field dirty table|nil lines [first, old_last) of the shadow are [first, new_last) of the buffer; not reported yet
---@field open boolean
---@field applying boolean the change that is being reported is the server's

---@type table<integer, TuttiBuffer>
local buffers = {}
local epochs = {}
local send = function(_, _) end

---@param notify fun(method: string, params: table)
function M.connect(notify)
  send = notify
  epochs = {}
end

local attached = function(_) end

---@param handler fun(bufnr: integer) called once for each buffer that takes part
function M.on_attach(handler)
  attached = handler
end

function M.get(bufnr)
  return buffers[bufnr == 0 and api.nvim_get_current_buf() or bufnr]
end

function M.find(uri)
  for _, state in pairs(buffers) do
    if state.uri == uri then
      return state
    end
  end
end

function M.each(visit)
  for _, state in pairs(vim.tbl_extend('force', {}, buffers)) do
    visit(state)
  end
end

-- A buffer of one empty line is an empty file when Neovim says it holds no bytes; else a file of one newline.
local function holds_nothing(bufnr, text)
  if #text > 1 or text[1] ~= '' then
    return false
  end
  return api.nvim_buf_call(bufnr, function()
    return vim.fn.line2byte(1) == -1
  end)
end

local function final_newline(bufnr, text)
  return vim.bo[bufnr].endofline and not holds_nothing(bufnr, text)
end

local function report(state, edits)
  state.mine = state.mine + 1
  send('collab/edit', {
    textDocument = { uri = state.uri },
    epoch = state.epoch,
    revision = state.mine,
    seen = state.theirs,
    edits = edits,
    finalNewline = state.final,
  })
end

-- Tells the server what the buffer has that it does not know of.
---@param state TuttiBuffer
function M.flush(state)
  local dirty = state.dirty
  if not dirty then
    return
  end
  state.dirty = nil
  local new = api.nvim_buf_get_lines(state.bufnr, dirty.first, dirty.new_last, false)
  local edit = lines.edit(state.shadow, dirty.first, dirty.old_last, new)
  lines.splice(state.shadow, dirty.first, dirty.old_last, new)
  local final = final_newline(state.bufnr, state.shadow)
  if edit or final ~= state.final then
    state.final = final
    report(state, { edit })
  end
end

-- Compares buffer and shadow as a whole and reports what differs.
local function reconcile(state)
  state.dirty = nil
  local now = api.nvim_buf_get_lines(state.bufnr, 0, -1, true)
  local first, last, changed = lines.difference(state.shadow, now)
  local final = final_newline(state.bufnr, now)
  state.tick = api.nvim_buf_get_changedtick(state.bufnr)
  if not first and final == state.final then
    return
  end
  local edit = first and lines.edit(state.shadow, first, last, changed)
  state.shadow, state.final = now, final
  report(state, { edit })
end

local flush_soon = function(state)
  vim.schedule(function()
    if buffers[state.bufnr] == state and state.open then
      M.flush(state)
    end
  end)
end

local function on_lines(bufnr, tick, first, last, new_last)
  local state = buffers[bufnr]
  if not state then
    return true -- detach
  end
  if not state.open then
    return
  end
  state.tick = tick or state.tick
  if state.applying then -- ours: nobody else can change text while nvim_buf_set_text runs
    lines.splice(state.shadow, first, last, api.nvim_buf_get_lines(bufnr, first, new_last, false))
    return
  end
  if not state.dirty then
    flush_soon(state)
  end
  state.dirty = lines.gather(state.dirty, first, last, new_last)
  if state.dirty.new_last == 0 and state.dirty.old_last == #state.shadow then
    state.dirty.new_last = 1 -- an emptied buffer has a line all the same, and it may become a real one
  end
end

local function open(state)
  local text = api.nvim_buf_get_lines(state.bufnr, 0, -1, true)
  epochs[state.uri] = (epochs[state.uri] or 0) + 1
  state.epoch, state.mine, state.theirs = epochs[state.uri], 0, 0
  state.shadow, state.final = text, final_newline(state.bufnr, text)
  state.tick = api.nvim_buf_get_changedtick(state.bufnr)
  state.dirty = nil
  state.open = true
  send('textDocument/didOpen', {
    textDocument = {
      uri = state.uri,
      languageId = vim.bo[state.bufnr].filetype,
      version = state.epoch,
      text = table.concat(text, '\n') .. (state.final and '\n' or ''),
    },
  })
end

local function close(state)
  if state.open then
    if buffers[state.bufnr] == state and api.nvim_buf_is_loaded(state.bufnr) then
      M.flush(state)
    end
    state.open = false
    send('textDocument/didClose', { textDocument = { uri = state.uri } })
  end
end

---A reload is never an edit: it would take back what others wrote meanwhile. Nor is the document closed first: in between the
---file would be nobody's, and the server would write others' text to the disk under the editor.
function M.reopen(state)
  open(state)
end

-- The buffer is not watched any more. `:edit!` does that too, and attaches it again before the turn is over.
local function detached(state)
  if buffers[state.bufnr] ~= state then
    return
  end
  if state.open and api.nvim_buf_is_loaded(state.bufnr) then
    M.flush(state)
  end
  buffers[state.bufnr] = nil
  vim.schedule(function()
    if not M.find(state.uri) then
      close(state)
    end
  end)
end

function M.attach(bufnr, uri)
  if buffers[bufnr] or not api.nvim_buf_is_loaded(bufnr) then
    return
  end
  local state = { bufnr = bufnr, uri = uri, open = false, applying = false }
  buffers[bufnr] = state
  -- The newline at the end is the file's, not the editor's taste: what others wrote is not to change by a save.
  vim.bo[bufnr].fixendofline = false
  open(state)
  attached(bufnr)
  api.nvim_buf_attach(bufnr, false, {
    on_lines = function(_, buf, tick, first, last, new_last)
      return on_lines(buf, tick, first, last, new_last)
    end,
    on_reload = vim.schedule_wrap(function()
      if buffers[bufnr] == state then
        M.reopen(state)
      end
    end),
    on_detach = function()
      detached(state)
    end,
  })
end

function M.detach(bufnr)
  local state = buffers[bufnr]
  if state then
    close(state)
    buffers[bufnr] = nil
  end
end

function M.saved(bufnr)
  local state = buffers[bufnr]
  if state and state.open then
    M.flush(state)
    send('textDocument/didSave', { textDocument = { uri = state.uri } })
  end
end

---'endofline' is part of the text; the option was set by hand or by a modeline.
function M.option_set(bufnr)
  local state = buffers[bufnr]
  if state and state.open and not state.applying then
    M.flush(state)
    reconcile(state)
  end
end

local function set_text(state, edit)
  local from, to = edit.range.start, edit.range['end']
  if from.line ~= to.line then
    compat.flush_line_cache(state.bufnr, to.line)
  end
  api.nvim_buf_set_text(state.bufnr, from.line, from.character, to.line, to.character, vim.split(edit.newText, '\n', { plain = true }))
end

-- All of it or nothing: what could fail half-way is asked first.
local function fits(state, edits)
  for _, edit in ipairs(edits) do
    local to = edit.range['end']
    local line = state.shadow[to.line + 1]
    if not line or to.character > #line then
      return false
    end
  end
  return true
end

local function apply_all(state, edits, done)
  assert(fits(state, edits), 'range outside the buffer')
  for i = #edits, 1, -1 do
    set_text(state, edits[i])
    table.insert(done, 1, edits[i])
  end
end

-- Undo and redo take the person to the place, as the editor's own do.
local function follow(bufnr, edits)
  if edits[1] and bufnr == api.nvim_get_current_buf() then
    local from = edits[1].range.start
    pcall(api.nvim_win_set_cursor, 0, { from.line + 1, from.character })
  end
end

-- Applies the whole message. When the editor refused a part of it: false, and what it did take.
local function apply(state, message)
  local option = vim.bo[state.bufnr]
  local modifiable, kept = option.modifiable, carets.keep(state.bufnr)
  option.modifiable = true
  state.applying = true
  local done = {}
  local ok = pcall(apply_all, state, message.edits or {}, done)
  if ok and message.finalNewline ~= nil and message.finalNewline ~= vim.NIL then
    state.final = message.finalNewline
    option.endofline = message.finalNewline
  end
  state.applying = false
  option.modifiable = modifiable
  carets.restore(state.bufnr, kept)
  if ok and message.cause and message.cause ~= vim.NIL then
    follow(state.bufnr, message.edits or {})
  end
  state.tick = api.nvim_buf_get_changedtick(state.bufnr)
  return ok, done
end

---Reports what no callback told about, before something else is asked of the server.
function M.settle(state)
  if api.nvim_buf_get_changedtick(state.bufnr) ~= state.tick then
    reconcile(state)
  end
  M.flush(state)
end

---A server edit has come in: applied if it fits, dropped if not. A dropped one comes again, rebased.
function M.receive(message)
  local state = M.find(message.textDocument.uri)
  if not state or not state.open then
    return
  end
  local function again()
    M.receive(message)
  end
  if block.holds(state.bufnr, again) or typeahead.holds(again) then
    return
  end
  M.settle(state)
  if message.epoch ~= state.epoch or message.seen ~= state.mine or message.revision ~= state.theirs + 1 then
    return
  end
  local ok, done = apply(state, message)
  if not ok then
    report(state, done) -- what it took counts as typed here; an answer of some kind, or the server would wait for ever
    return
  end
  state.theirs = message.revision
  send('collab/ack', { textDocument = { uri = state.uri }, epoch = state.epoch, seen = state.theirs })
end

function M.resync(message)
  local state = M.find(message.textDocument.uri)
  if state and state.open and state.epoch == message.epoch then
    M.reopen(state)
  end
end

return M

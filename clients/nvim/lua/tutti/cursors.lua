-- Carets and selections: ours go out at most 20 times a second, theirs come in as extmarks that ride on the text.
local client = require('tutti.client')
local colors = require('tutti.colors')
local compat = require('tutti.compat')
local config = require('tutti.config')
local link = require('tutti.link')

local api = vim.api
local M = {}

local space = api.nvim_create_namespace('tutti.cursors')
local interval_ms = 50

-- Own caret ------------------------------------------------------------------------------------------------------------------

local timer, due, last_sent = nil, false, nil

local function position(bufnr, row, column)
  local line = api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  return { line = row, character = math.max(0, math.min(column, #line)) }
end

local function selection(bufnr)
  local caret = api.nvim_win_get_cursor(0)
  local head = position(bufnr, caret[1] - 1, caret[2])
  local mode = api.nvim_get_mode().mode:sub(1, 1)
  if mode ~= 'v' and mode ~= 'V' and mode ~= '\22' then
    return { start = head, ['end'] = head }
  end
  local other = vim.fn.getpos('v')
  local anchor = position(bufnr, other[2] - 1, other[3] - 1)
  local ahead = anchor.line < head.line or (anchor.line == head.line and anchor.character <= head.character)
  local from, to = ahead and anchor or head, ahead and head or anchor
  if mode == 'V' then
    return { start = position(bufnr, from.line, 0), ['end'] = position(bufnr, to.line, math.huge) }
  end
  return { start = from, ['end'] = position(bufnr, to.line, to.character + 1) }
end

local function send_now()
  local bufnr = api.nvim_get_current_buf()
  local state = link.get(bufnr)
  if not state or not state.open then
    return
  end
  local where = selection(bufnr)
  local key = vim.inspect({ client.number(), state.uri, where }) -- a server that was started anew knows of no caret
  if key ~= last_sent then
    last_sent = key
    client.notify('collab/cursor', { textDocument = { uri = state.uri }, selections = { where } })
  end
end

---The caret moved: told at once, then at most every 50 ms.
function M.moved()
  if timer then
    due = true
    return
  end
  send_now()
  timer = compat.uv.new_timer()
  timer:start(interval_ms, 0, vim.schedule_wrap(function()
    timer:close()
    timer = nil
    if due then
      due = false
      M.moved()
    end
  end))
end

-- Others' carets ---------------------------------------------------------------------------------------------------------------

local function clamp(bufnr, place)
  local count = api.nvim_buf_line_count(bufnr)
  local row = math.min(place.line, count - 1)
  local line = api.nvim_buf_get_lines(bufnr, row, row + 1, false)[1] or ''
  return row, math.min(place.character, #line), line
end

local function mark_selection(bufnr, range, color)
  local start_row, start_column = clamp(bufnr, range.start)
  local end_row, end_column = clamp(bufnr, range['end'])
  if start_row == end_row and start_column == end_column then
    return
  end
  api.nvim_buf_set_extmark(bufnr, space, start_row, start_column, {
    end_row = end_row,
    end_col = end_column,
    hl_group = colors.group('Selection', color),
    priority = 190,
  })
end

local function mark_caret(bufnr, place, cursor)
  local row, column, line = clamp(bufnr, place)
  local group = colors.group('Cursor', cursor.color)
  local width = #vim.fn.matchstr(line:sub(column + 1), '^.')
  if width > 0 then
    api.nvim_buf_set_extmark(bufnr, space, row, column, { end_row = row, end_col = column + width, hl_group = group, priority = 200 })
  else
    api.nvim_buf_set_extmark(bufnr, space, row, column, { virt_text = { { ' ', group } }, virt_text_pos = 'overlay', priority = 200 })
  end
  if config.values.name_tag == 'eol' then
    local tag = { { ' ' .. cursor.name .. ' ', colors.group('Name', cursor.color) } }
    api.nvim_buf_set_extmark(bufnr, space, row, column, { virt_text = tag, virt_text_pos = 'eol', priority = 200 })
  end
end

---collab/cursors: all carets of one document, newest state.
function M.show(message)
  local state = link.find(message.textDocument.uri)
  if not state or not api.nvim_buf_is_loaded(state.bufnr) then
    return
  end
  api.nvim_buf_clear_namespace(state.bufnr, space, 0, -1)
  if not config.values.cursors then
    return
  end
  for _, cursor in ipairs(message.cursors or {}) do
    for i, range in ipairs(cursor.selections or {}) do
      mark_selection(state.bufnr, range, cursor.color)
      if i == 1 then
        mark_caret(state.bufnr, range['end'], cursor)
      end
    end
  end
end

function M.clear_all()
  for _, bufnr in ipairs(api.nvim_list_bufs()) do
    if api.nvim_buf_is_valid(bufnr) then
      api.nvim_buf_clear_namespace(bufnr, space, 0, -1)
    end
  end
end

return M

-- Who is here and how things stand, as the server last said; what the statusline, `:TuttiStatus` and follow read.
local M = {
  ---@type table[] collab/presence participants
  participants = {},
  ---@type table|nil collab/status
  status = nil,
}

local function is_set(value)
  return value ~= nil and value ~= vim.NIL
end

local changed = function() end

---@param handler fun() called when people come, go or do something else, or others are followed
function M.on_change(handler)
  changed = handler
end

---Who is followed has changed.
function M.followed_changed()
  changed()
end

function M.presence(message)
  M.participants = message.participants or {}
  changed()
  vim.cmd('redrawstatus')
end

function M.update(message)
  M.status = message
  vim.cmd('redrawstatus')
end

---The participant whose name starts with `text`, any case; the only one when `text` is empty.
---@param text string
---@return table|nil, string|nil
function M.find(text)
  local found
  for _, person in ipairs(M.participants) do
    if person.name:lower():sub(1, #text) == text:lower() then
      if found then
        return nil, ('"%s" fits %s and %s'):format(text, found.name, person.name)
      end
      found = person
    end
  end
  return found, not found and (text == '' and 'nobody else is here' or 'nobody here has that name') or nil
end

function M.names()
  return vim.tbl_map(function(person) return person.name end, M.participants)
end

local words = { unsaved = 'not saved on the hub', pending = '%d pending' }

---How a document stands, in the words that a person would use.
local function words_for(document)
  return (words[document.state] or document.state):format(document.pending or 0)
end

---The document of a buffer, as the server last said.
local function document_of(bufnr)
  local name = vim.api.nvim_buf_get_name(bufnr)
  for _, document in ipairs(M.status.documents or {}) do
    if name ~= '' and vim.uri_to_fname(document.uri) == name then
      return document
    end
  end
end

---One short text for a statusline, empty outside a session: who is here, how the file in the window stands, and what of other
---files is not safe yet.
---@param bufnr integer|nil the current one
function M.statusline(bufnr)
  local status = M.status
  if not status or not is_set(status.session) then
    return ''
  end
  local online = status.connection == 'online'
  local parts = { online and (#M.participants + 1) .. ' here' or status.connection }
  local document = document_of(bufnr or vim.api.nvim_get_current_buf())
  if document and online then
    parts[#parts + 1] = words_for(document)
  end
  if (status.pending or 0) > 0 and not (document and online and document.state == 'pending') then
    parts[#parts + 1] = ('%d pending'):format(status.pending)
  end
  return 'tutti: ' .. table.concat(parts, ', ')
end

---What somebody does, in a word; empty when they are just here.
---@param person table
---@return string
function M.activity(person)
  if person.typing == true then
    return 'typing'
  end
  return is_set(person.status) and person.status ~= 'online' and person.status or ''
end

---The file that somebody looks at, within the folder; empty when they look at none.
---@param person table
---@return string
function M.file(person)
  return is_set(person.file) and person.file or ''
end

local function describe(person)
  local parts = vim.tbl_filter(function(part) return part ~= '' end, { person.role, M.file(person), M.activity(person) })
  return '  ' .. person.name .. '  ' .. table.concat(parts, '  ')
end

---What `:TuttiStatus` shows.
---@return string[]
function M.report()
  local status = M.status
  if not status then
    return { 'Tutti: not in a session' }
  end
  local lines = { ('Tutti: %s, %d pending'):format(status.connection, status.pending or 0) }
  if is_set(status.message) and status.message ~= '' then
    lines[#lines + 1] = status.message
  end
  for _, document in ipairs(status.documents or {}) do
    local counts = document.state ~= 'pending' and (document.pending or 0) > 0
    lines[#lines + 1] = ('  %s  %s%s'):format(
      vim.fn.fnamemodify(vim.uri_to_fname(document.uri), ':~:.'),
      words_for(document),
      counts and (' (%d)'):format(document.pending) or ''
    )
  end
  local online = status.connection == 'online'
  lines[#lines + 1] = #M.participants == 0 and 'Nobody else is here' or online and 'Here with you:' or 'Here when last heard of:'
  for _, person in ipairs(M.participants) do
    lines[#lines + 1] = describe(person)
  end
  return lines
end

function M.clear()
  M.participants, M.status = {}, nil
  changed()
end

return M

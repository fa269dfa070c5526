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

---One short text for a statusline: empty outside a session.
function M.statusline()
  local status = M.status
  if not status or not is_set(status.session) then
    return ''
  end
  local text = 'tutti: ' .. (status.connection == 'online' and (#M.participants + 1) .. ' here' or status.connection)
  if (status.pending or 0) > 0 then
    text = text .. (', %d pending'):format(status.pending)
  end
  return text
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
    lines[#lines + 1] = ('  %s  %s%s'):format(
      vim.fn.fnamemodify(vim.uri_to_fname(document.uri), ':~:.'),
      document.state,
      (document.pending or 0) > 0 and (' (%d)'):format(document.pending) or ''
    )
  end
  lines[#lines + 1] = #M.participants == 0 and 'Nobody else is here' or 'Here with you:'
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

-- Lists of lines as one text joined by "\n": what changed between two of them, as LSP ranges in UTF-8 columns.
-- Pure functions, no editor calls.
local M = {}

local move = table.move
  or function(from, first, last, at, to)
    if at > first then
      for i = last, first, -1 do
        to[at + i - first] = from[i]
      end
    else
      for i = first, last do
        to[at + i - first] = from[i]
      end
    end
  end

---Replaces `list[first + 1 .. last]` by `lines`, in place. An empty result becomes one empty line, as a buffer has it.
---@param list string[]
---@param first integer 0-based
---@param last integer exclusive
---@param lines string[]
function M.splice(list, first, last, lines)
  local size, shift = #list, #lines - (last - first)
  if shift ~= 0 then
    move(list, last + 1, size, last + 1 + shift, list)
    for i = size + shift + 1, size do
      list[i] = nil
    end
  end
  for i = 1, #lines do
    list[first + i] = lines[i]
  end
  if #list == 0 then
    list[1] = ''
  end
end

---One stretch for two changes, one after the other: lines [first, old_last) of the text before both are [first, new_last) now.
---@param dirty table|nil the first change; nil if there was none
---@param first integer of the second, in the text after the first
---@param last integer exclusive
---@param new_last integer exclusive, after the second
function M.gather(dirty, first, last, new_last)
  if not dirty then
    return { first = first, old_last = last, new_last = new_last }
  end
  local beyond = math.max(0, last - dirty.new_last)
  return {
    first = math.min(first, dirty.first),
    old_last = dirty.old_last + beyond,
    new_last = dirty.new_last + beyond + new_last - last,
  }
end

local function is_continuation(byte)
  return byte ~= nil and byte >= 0x80 and byte < 0xC0
end

-- Length of the common prefix of two strings, ending between characters of both.
local function common_prefix(a, b)
  local most, n = math.min(#a, #b), 0
  while n < most and a:byte(n + 1) == b:byte(n + 1) do
    n = n + 1
  end
  while n > 0 and (is_continuation(a:byte(n + 1)) or is_continuation(b:byte(n + 1))) do
    n = n - 1
  end
  return n
end

-- Length of the common suffix, not reaching into the first bytes of either that are told, beginning between characters of both.
local function common_suffix(a, skip_a, b, skip_b)
  local most, n = math.min(#a - skip_a, #b - skip_b), 0
  while n < most and a:byte(#a - n) == b:byte(#b - n) do
    n = n + 1
  end
  while n > 0 and (is_continuation(a:byte(#a - n + 1)) or is_continuation(b:byte(#b - n + 1))) do
    n = n - 1
  end
  return n
end

local function edit(start_line, start_column, end_line, end_column, text)
  return {
    range = {
      start = { line = start_line, character = start_column },
      ['end'] = { line = end_line, character = end_column },
    },
    newText = text,
  }
end

local function insertion(old, first, new)
  if first < #old then
    return edit(first, 0, first, 0, table.concat(new, '\n') .. '\n')
  end
  return edit(first - 1, #old[first], first - 1, #old[first], '\n' .. table.concat(new, '\n'))
end

local function deletion(old, first, last)
  if last < #old then
    return edit(first, 0, last, 0, '')
  end
  if first == 0 then
    return edit(0, 0, last - 1, #old[last], '')
  end
  return edit(first - 1, #old[first], last - 1, #old[last], '')
end

local function replacement(old, first, last, new)
  local head, tail, n = first, last, #new
  local from = 1
  while head < tail - 1 and from < n and old[head + 1] == new[from] do
    head, from = head + 1, from + 1
  end
  while tail - 1 > head and n > from and old[tail] == new[n] do
    tail, n = tail - 1, n - 1
  end
  local a, b = old[head + 1], new[from]
  local prefix = common_prefix(a, b)
  local last_old, last_new = old[tail], new[n]
  local suffix = common_suffix(last_old, tail - 1 == head and prefix or 0, last_new, n == from and prefix or 0)
  local text = table.concat(new, '\n', from, n)
  return edit(head, prefix, tail - 1, #last_old - suffix, text:sub(prefix + 1, #text - suffix))
end

---The edit that turns `old[first + 1 .. last]` into `new`, or nil when nothing changed.
---@param old string[] the whole old text
---@param first integer 0-based
---@param last integer exclusive
---@param new string[]
---@return table|nil
function M.edit(old, first, last, new)
  if #new == 0 and first == 0 and last == #old then
    new = { '' }
  end
  local result
  if last == first then
    result = #new > 0 and insertion(old, first, new) or nil
  elseif #new == 0 then
    result = deletion(old, first, last)
  else
    result = replacement(old, first, last, new)
  end
  if not result then
    return nil
  end
  local range = result.range
  local empty = range.start.line == range['end'].line and range.start.character == range['end'].character
  return not (empty and result.newText == '') and result or nil
end

---The part in which two whole texts differ: first and last (exclusive) old line, and the new lines; nil when equal.
---@param old string[]
---@param new string[]
function M.difference(old, new)
  local head = 0
  local most = math.min(#old, #new)
  while head < most and old[head + 1] == new[head + 1] do
    head = head + 1
  end
  if head == #old and head == #new then
    return nil
  end
  local tail = 0
  while tail < most - head and old[#old - tail] == new[#new - tail] do
    tail = tail + 1
  end
  local changed = {}
  for i = head + 1, #new - tail do
    changed[#changed + 1] = new[i]
  end
  return head, #old - tail, changed
end

return M

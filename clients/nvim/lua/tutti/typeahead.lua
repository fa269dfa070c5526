-- Keys that are queued and not carried out yet: the rest of a mapping, or those by which a snippet goes to its next placeholder.
-- They speak of rows and columns as those were when they were queued, so what others write waits until they are done, and no longer
-- than `most_ms` (half a mapping waits for its next key).
local compat = require('tutti.compat')

local M = {}

local most_ms = 1000
local since

---Whether the text is to stay as it is for now. Then `go_on` is called soon, to ask again.
---@param go_on fun()
---@return boolean
function M.holds(go_on)
  local now_ms = compat.uv.hrtime() / 1e6
  since = compat.has_typeahead() and (since or now_ms) or nil
  local held = since ~= nil and now_ms - since < most_ms
  if held then
    -- By the clock: what is scheduled runs before any key does.
    vim.defer_fn(go_on, 1)
  end
  return held
end

return M

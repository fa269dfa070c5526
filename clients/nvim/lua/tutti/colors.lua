-- Sixteen colours that every client shares: a participant has the same one everywhere, legible on light and on dark.
local M = {}

local palette = {
  '#c2410c', '#0e7490', '#7e22ce', '#15803d', '#be123c', '#1d4ed8', '#a16207', '#0f766e',
  '#a21caf', '#4d7c0f', '#4338ca', '#b91c1c', '#0369a1', '#6d28d9', '#9d174d', '#047857',
}
-- For terminals without true colour.
local terminal = { 166, 30, 92, 28, 161, 26, 136, 29, 127, 64, 62, 124, 31, 98, 125, 35 }

---A colour mixed with the screen's own: `part` of 1 is all of it.
local function tint(hex, part)
  local shown = vim.api.nvim_get_hl_by_name('Normal', true).background or (vim.o.background == 'dark' and 0x1c1c1c or 0xffffff)
  local function channel(shift)
    local own = math.floor(shown / 2 ^ shift) % 256
    local its = math.floor(tonumber(hex:sub(2), 16) / 2 ^ shift) % 256
    return math.floor(own + (its - own) * part + 0.5)
  end
  return ('#%02x%02x%02x'):format(channel(16), channel(8), channel(0))
end

---A caret and a name are white on the colour, on any background; a selection is the background with a touch of the colour, so
---that the text in it keeps its own colours and the caret at its end is seen.
---
---Highlight groups are made with `default`, so that a colour scheme or a user may set their own.
function M.define()
  for i = 1, #palette do
    vim.cmd(('highlight default TuttiCursor%d guifg=#ffffff guibg=%s ctermfg=231 ctermbg=%d'):format(i - 1, palette[i], terminal[i]))
    vim.cmd(('highlight default TuttiName%d guifg=#ffffff guibg=%s ctermfg=231 ctermbg=%d gui=bold cterm=bold'):format(i - 1, palette[i], terminal[i]))
    vim.cmd(('highlight default TuttiSelection%d guibg=%s ctermfg=%d cterm=underline'):format(i - 1, tint(palette[i], 0.4), terminal[i]))
  end
end

---@param kind "Cursor"|"Name"|"Selection"
---@param color any index or hex text, as the server sends it
function M.group(kind, color)
  local index = type(color) == 'number' and color % #palette or 0
  for i, hex in ipairs(palette) do
    if hex == color then
      index = i - 1
    end
  end
  return 'Tutti' .. kind .. index
end

return M

-- What language servers say: what this Neovim's say is offered to others, what others' say is shown with their names, as
-- diagnostics like any other.
local client = require('tutti.client')
local link = require('tutti.link')

local M = {}

local space = vim.api.nvim_create_namespace('tutti.diagnostics')
local severities = { 'error', 'warning', 'information', 'hint' } -- in the order of Neovim's numbers
local most, longest = 256, 1000
local last = {} -- by buffer: what was told

local function finding(diagnostic)
  local from = { line = diagnostic.lnum, character = diagnostic.col }
  local to = { line = diagnostic.end_lnum or diagnostic.lnum, character = diagnostic.end_col or diagnostic.col }
  return {
    range = { start = from, ['end'] = to },
    severity = severities[diagnostic.severity or 1],
    message = vim.fn.strcharpart(diagnostic.message, 0, longest / 4),
    source = diagnostic.source and vim.fn.strcharpart(diagnostic.source, 0, 15) or nil,
  }
end

local function own(bufnr)
  local all = {}
  for _, diagnostic in ipairs(vim.diagnostic.get(bufnr)) do
    if diagnostic.namespace ~= space and #all < most then
      all[#all + 1] = finding(diagnostic)
    end
  end
  return all
end

---A language server has said something about the buffer, or takes it back.
function M.changed(bufnr)
  local state = link.get(bufnr)
  if not state or not state.open then
    return
  end
  local all = own(bufnr)
  local text = #all > 0 and vim.inspect({ client.number(), state.epoch, all }) or nil
  if text ~= last[bufnr] then
    last[bufnr] = text
    client.notify('collab/diagnostics', { textDocument = { uri = state.uri }, diagnostics = all })
  end
end

---collab/diagnostics: what others' tools say of one document.
function M.show(message)
  local state = link.find(message.textDocument.uri)
  if not state or not vim.api.nvim_buf_is_loaded(state.bufnr) then
    return
  end
  local all = {}
  for _, each in ipairs(message.diagnostics or {}) do
    local from, to = each.range.start, each.range['end']
    all[#all + 1] = {
      lnum = from.line,
      col = from.character,
      end_lnum = to.line,
      end_col = to.character,
      severity = vim.fn.index(severities, each.severity) + 1,
      message = ('%s: %s'):format(each.name, each.message),
      source = each.source ~= vim.NIL and each.source or nil,
    }
  end
  vim.diagnostic.set(space, state.bufnr, all)
end

function M.clear_all()
  last = {}
  vim.diagnostic.reset(space)
end

return M

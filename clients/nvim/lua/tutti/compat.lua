-- The one place for differences between Neovim 0.7 (the floor) and later ones.
local M = {}

local uv = vim.uv or vim.loop
M.uv = uv

---@param client table
---@param method string
---@param params table
function M.notify(client, method, params)
  if vim.fn.has('nvim-0.11') == 1 then
    return client:notify(method, params)
  end
  return client.notify(method, params)
end

---@param client table
---@param method string
---@param params table
---@param done fun(err: table|nil, result: any)
function M.request(client, method, params, done)
  local function handler(err, result)
    done(err, result)
  end
  if vim.fn.has('nvim-0.11') == 1 then
    return client:request(method, params, handler, 0)
  end
  return client.request(method, params, handler, 0)
end

---@param client table
function M.stop(client)
  if vim.fn.has('nvim-0.11') == 1 then
    return client:stop()
  end
  return client.stop()
end

-- Neovim 0.7 keeps a changed line cached and frees it under an edit that spans several lines and begins on that line
-- (neovim#19643, mended in 0.8). Reading another line first writes the cached one back.
function M.flush_line_cache(bufnr, other_line)
  if vim.fn.has('nvim-0.8') == 0 then
    vim.api.nvim_buf_get_lines(bufnr, other_line, other_line + 1, false)
  end
end

-- Neovim 0.7 has no state(). Looking for a key takes none.
---@return boolean whether keys are queued that were not carried out yet
function M.has_typeahead()
  if vim.fn.exists('*state') == 1 then
    return vim.fn.state('m') ~= ''
  end
  return vim.fn.getchar(1) ~= 0
end

-- Health reports changed their names in 0.10.
M.health = {
  start = function(text) return (vim.health.start or require('health').report_start)(text) end,
  ok = function(text) return (vim.health.ok or require('health').report_ok)(text) end,
  warn = function(text) return (vim.health.warn or require('health').report_warn)(text) end,
  error = function(text) return (vim.health.error or require('health').report_error)(text) end,
}
if not vim.health then
  vim.health = {}
end

return M

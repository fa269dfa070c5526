-- One `tutti lsp` for this Neovim, as an LSP client that is attached to no buffer: documents are opened, edited and closed by
-- link.lua, in the order and with the counts that the editor link needs.
local compat = require('tutti.compat')
local config = require('tutti.config')
local link = require('tutti.link')

local M = {
  ---@type table|nil the running LSP client, initialised
  client = nil,
  ---@type string|nil why it is not running, in plain words
  trouble = nil,
}

local handlers = {}
local waiting = {} -- called once the server is ready
local restarts = 0
local stopping = false
local restarted = function() end
local starting = false

---Of the running server, another one after each start.
---@return integer|nil
function M.number()
  return M.client and M.client.id
end

---@param method string
---@param handler fun(params: table)
function M.on(method, handler)
  handlers[method] = handler
end

---@param handler fun() called when the server has been started anew and knows of nothing
function M.on_restart(handler)
  restarted = handler
end

-- An error in a deferred callback would open a prompt, and a client without a screen would hang in it.
local function guarded(handler)
  return function(_, params)
    local ok, message = pcall(handler, params)
    if not ok then
      vim.schedule(function()
        vim.notify('tutti: ' .. tostring(message), vim.log.levels.ERROR)
      end)
    end
  end
end

local function capabilities()
  local all = vim.lsp.protocol.make_client_capabilities()
  all.experimental = { collab = { version = 1, edit = true, positionEncoding = 'utf-8', finalNewline = 'implicit' } }
  return all
end

local function ready(client)
  M.client, M.trouble, starting = client, nil, false
  link.connect(function(method, params)
    compat.notify(client, method, params)
  end)
  local queue = waiting
  waiting = {}
  for _, call in ipairs(queue) do
    call()
  end
end

local function gone(code)
  M.client, starting = nil, false
  link.connect(function() end)
  if stopping then
    return
  end
  restarts = restarts + 1
  M.trouble = ('`%s` ended with code %d'):format(table.concat(config.values.cmd, ' '), code)
  if restarts > 5 then
    vim.notify('tutti: ' .. M.trouble .. '; :checkhealth tutti says more', vim.log.levels.ERROR)
    return
  end
  vim.defer_fn(function()
    M.start(restarted)
  end, 200 * restarts)
end

local function lsp_handlers()
  local all = {}
  for method, handler in pairs(handlers) do
    all[method] = guarded(handler)
  end
  return all
end

---Starts the server unless it runs, and calls `done` once it is ready.
---@param done fun()|nil
function M.start(done)
  if M.client then
    return done and done()
  end
  waiting[#waiting + 1] = done
  if starting then
    return
  end
  if vim.fn.executable(config.values.cmd[1]) == 0 then
    M.trouble = ('the program `%s` was not found in PATH'):format(config.values.cmd[1])
    vim.notify('tutti: ' .. M.trouble, vim.log.levels.ERROR)
    return
  end
  starting, stopping = true, false
  local start = vim.lsp.start_client
  local id, message = start({
    name = 'tutti',
    cmd = config.values.cmd,
    capabilities = capabilities(),
    handlers = lsp_handlers(),
    init_options = { name = config.values.name, hub = config.values.hub },
    on_init = function(client)
      vim.schedule(function()
        ready(client)
      end)
    end,
    on_exit = vim.schedule_wrap(gone),
  })
  if not id then
    starting, M.trouble = false, message or 'the language server could not be started'
  end
end

---@param method string
---@param params table
---@param done fun(result: table)
---@param refused nil|fun(code: string|nil): boolean given `data.code`; true: the refusal is dealt with, and needs not be told
function M.request(method, params, done, refused)
  M.start(function()
    link.each(link.flush) -- it may be about what was typed a moment ago
    compat.request(M.client, method, params, function(err, result)
      if err then
        local code = type(err.data) == 'table' and err.data.code or nil
        if not (refused and refused(code)) then
          vim.notify('tutti: ' .. (err.message or vim.inspect(err)), vim.log.levels.ERROR)
        end
      else
        guarded(done)(nil, result or {})
      end
    end)
  end)
end

---@param method string
---@param params table
function M.notify(method, params)
  if M.client then
    link.each(link.flush)
    compat.notify(M.client, method, params)
  end
end

function M.stop()
  stopping = true
  if M.client then
    compat.stop(M.client)
    M.client = nil
  end
end

return M

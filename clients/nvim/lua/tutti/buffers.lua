-- Which buffers take part: real files inside a folder that is linked to a session.
local compat = require('tutti.compat')
local link = require('tutti.link')

local api = vim.api
local M = {}

local largest_bytes = 16 * 1024 * 1024
local told = {}

---The linked folder that holds `path`, or nil.
---@param path string absolute
---@return string|nil
function M.linked_folder(path)
  local folder = vim.fn.fnamemodify(path, ':h')
  while folder and folder ~= '' do
    if compat.uv.fs_stat(folder .. '/.tutti/session.json') then
      return folder
    end
    local parent = vim.fn.fnamemodify(folder, ':h')
    if parent == folder then
      return nil
    end
    folder = parent
  end
end

local function path_of(bufnr)
  if not api.nvim_buf_is_loaded(bufnr) or vim.bo[bufnr].buftype ~= '' then
    return nil
  end
  local name = api.nvim_buf_get_name(bufnr)
  return name ~= '' and vim.fn.fnamemodify(name, ':p') or nil
end

---@param bufnr integer
---@return boolean
function M.belongs(bufnr)
  local path = path_of(bufnr)
  return path ~= nil and not path:find('/.tutti/', 1, true) and M.linked_folder(path) ~= nil
end

---Once for each file.
local function tell(path, why)
  if not told[path] then
    told[path] = true
    vim.notify(('tutti: %s %s, and is not shared'):format(vim.fn.fnamemodify(path, ':~:.'), why), vim.log.levels.WARN)
  end
end

---Brings the buffer in when its folder is shared and the server runs.
function M.consider(bufnr)
  if not M.belongs(bufnr) then
    return
  end
  local path = path_of(bufnr)
  local real = compat.uv.fs_realpath(path) or path
  local stat = compat.uv.fs_stat(real)
  if not M.linked_folder(real) then
    tell(path, 'is a symbolic link out of the shared folder')
  elseif stat and stat.size > largest_bytes then
    tell(path, 'is larger than 16 MiB')
  else
    link.attach(bufnr, vim.uri_from_fname(real))
  end
end

function M.consider_all()
  for _, bufnr in ipairs(api.nvim_list_bufs()) do
    M.consider(bufnr)
  end
end

---After a restart of the server every document is opened again, with the text that it has now.
function M.reopen_all()
  link.each(function(state)
    state.open = false
    link.reopen(state)
  end)
  M.consider_all()
end

return M

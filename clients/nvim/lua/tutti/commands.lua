-- What the user commands do. Each is one request to the server and one sentence to the person.
local buffers = require('tutti.buffers')
local client = require('tutti.client')
local config = require('tutti.config')
local cursors = require('tutti.cursors')
local diagnostics = require('tutti.diagnostics')
local link = require('tutti.link')
local people = require('tutti.people')

local M = {}

local function say(text)
  vim.notify('tutti: ' .. text, vim.log.levels.INFO)
end

-- The clipboard too, where there is one: a link is there to be given to somebody.
local function offer(link)
  vim.fn.setreg('"', link)
  local copied = vim.fn.has('clipboard') == 1 and pcall(vim.fn.setreg, '+', link)
  say(('shared. The link is %s, give it to whom you trust:\n%s'):format(
    copied and 'on the clipboard' or 'in the unnamed register',
    link
  ))
end

local function absolute(folder)
  return (vim.fn.fnamemodify(folder, ':p'):gsub('/$', ''))
end

---@param folder string|nil default: the working directory
---@param done fun(result: table)|nil
function M.share(folder, done)
  local params = { folder = absolute(folder or vim.fn.getcwd()), name = config.values.name, hub = config.values.hub }
  client.request('collab/share', params, function(result)
    offer(result.link)
    buffers.consider_all()
    if done then
      done(result)
    end
  end)
end

-- Asks for the password of the link once it is known to have one.
local function with_password(params, again)
  return function(code)
    if params.password or code ~= 'password_required' then
      return false
    end
    vim.schedule(function()
      params.password = vim.fn.inputsecret('Password of the link: ')
      again()
    end)
    return true
  end
end

local function join(params, done)
  client.request('collab/join', params, function(result)
    say(('joined. The files are %s %s'):format(result.arriving == true and 'coming into' or 'in', result.folder))
    buffers.consider_all()
    if vim.api.nvim_buf_get_name(0) == '' and not vim.bo.modified then
      vim.cmd('edit ' .. vim.fn.fnameescape(result.folder))
    end
    if done then
      done(result)
    end
  end, with_password(params, function() join(params, done) end))
end

---@param invitation string the link
---@param folder string|nil
---@param done fun(result: table)|nil
function M.join(invitation, folder, done)
  join({ link = invitation, folder = folder and absolute(folder) or nil, name = config.values.name }, done)
end

function M.leave()
  client.request('collab/leave', vim.empty_dict(), function()
    link.each(function(state)
      link.detach(state.bufnr)
    end)
    cursors.clear_all()
    diagnostics.clear_all()
    people.clear()
    say('left the session. The files stay as they are.')
  end)
end

function M.status()
  local lines = people.report()
  if client.trouble then
    table.insert(lines, 1, 'Tutti: ' .. client.trouble)
  end
  print(table.concat(lines, '\n'))
end

-- The change itself comes as an edit like any other; what others wrote stays.
local function turn_back(method, nothing)
  local state = link.get(0)
  if not (state and state.open) then
    return vim.notify('tutti: this buffer is not shared', vim.log.levels.WARN)
  end
  link.settle(state)
  client.request(method, { textDocument = { uri = state.uri } }, function(result)
    if not result.applied then
      say(nothing)
    end
  end)
end

function M.undo()
  turn_back('collab/undo', 'there is nothing of yours to undo')
end

function M.redo()
  turn_back('collab/redo', 'there is nothing of yours to redo')
end

local following = nil ---@type string|nil the participant's id
local visiting = false -- go there once, and follow no further
local revealing = false
local key_space = vim.api.nvim_create_namespace('tutti.follow')

local function forget_whom(done)
  following, visiting = nil, false
  people.followed_changed()
  vim.on_key(nil, key_space)
  client.request('collab/follow', vim.empty_dict(), done)
end

local function stop_following()
  forget_whom(function()
    say('not following any more')
  end)
end

-- Whoever presses a key wants to be where they are. What Neovim tells itself (`<80><fd>`) is no key.
local function key_pressed(key)
  if following and not revealing and key:sub(1, 2) ~= '\128\253' then
    vim.schedule(function()
      if following then
        stop_following()
      end
    end)
  end
end

---@param name string|nil empty: stop, or the only other participant
function M.follow(name)
  if following and (name or '') == '' then
    return stop_following()
  end
  local person, why = people.find(name or '')
  if not person then
    return vim.notify('tutti: ' .. why, vim.log.levels.WARN)
  end
  M.follow_person(person)
end

---@param person table
function M.follow_person(person)
  following, visiting = person.id, false -- where they are is told before the request is answered
  people.followed_changed()
  client.request('collab/follow', { participant = person.id }, function()
    vim.on_key(key_pressed, key_space)
    say(('following %s; any key stops'):format(person.name))
  end)
end

---Goes where somebody is, and no further.
---@param person table
function M.visit(person)
  if people.file(person) == '' then
    return say(('%s looks at no shared file'):format(person.name))
  end
  following, visiting = person.id, true
  client.request('collab/follow', { participant = person.id }, function() end)
end

---@return string|nil id of the one who is followed
function M.followed()
  return not visiting and following or nil
end

local levels = { vim.log.levels.ERROR, vim.log.levels.WARN, vim.log.levels.INFO, vim.log.levels.INFO }

---window/showMessage: what the server has to say to the person.
function M.told(message)
  vim.notify('tutti: ' .. message.message, levels[message.type])
end

local function show(message)
  local path = vim.uri_to_fname(message.textDocument.uri)
  if vim.api.nvim_buf_get_name(0) ~= path then
    vim.cmd('keepjumps hide edit ' .. vim.fn.fnameescape(path))
  end
  local at = message.range.start
  local row = math.min(at.line + 1, vim.api.nvim_buf_line_count(0))
  vim.api.nvim_win_set_cursor(0, { row, at.character })
  vim.cmd('normal! zv')
end

---collab/reveal: show what the followed person looks at, without touching what is written there.
function M.reveal(message)
  if not following then
    return
  end
  revealing = true
  local ok, why = pcall(show, message)
  revealing = false
  if visiting then
    forget_whom(function() end)
  end
  if not ok then
    error(why, 0)
  end
end

return M

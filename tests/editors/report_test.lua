-- Whatever is done to a buffer, the edits that the plugin reports turn the old text into the new one: random normal-mode
-- commands, filters, undo, reloads, against a model that knows nothing but the reported edits. Run by both Neovims.
local link = require('tutti.link')
local seed = tonumber(vim.env.TUTTI_SEED) or os.time() % 1000000
math.randomseed(seed)

local model, flag

local function offset(text, place)
  local at = 1
  for _ = 1, place.line do
    local newline = text:find('\n', at, true)
    if not newline then
      return #text + 1
    end
    at = newline + 1
  end
  return at + place.character
end

local function apply(edit)
  local from, to = offset(model, edit.range.start), offset(model, edit.range['end'])
  assert(from >= 1 and to >= from and to <= #model + 1, 'range outside the text')
  model = model:sub(1, from - 1) .. edit.newText .. model:sub(to)
end

local function listen(method, params)
  if method == 'textDocument/didOpen' then
    local text = params.textDocument.text
    flag = text:sub(-1) == '\n'
    model = flag and text:sub(1, -2) or text
  elseif method == 'collab/edit' then
    for i = #params.edits, 1, -1 do
      apply(params.edits[i])
    end
    flag = params.finalNewline
  end
end
link.connect(listen)

local commands = {
  'iÄb c\27', 'oé\27', 'Oxyz\27', 'dd', 'J', 'x', 'D', 'p', 'P', 'yy', 'u', '\18', '.', '~', 'ggdG', 'a👩‍👩‍👧\27', 'cwword\27', '3J', '>>', 'yyp', 'ddp',
  'dG', 'vjd', 'Vjd', '\22jd', 'ggVGy', 'Go\27', 'rz', 'R12\27', 'gUU', '2dd', 'ggi\n\27', 'A\n\n\27', 'kJ',
}
local ex = { 'sort', '%s/a/bb/ge', 'move 0', 'copy 0', '$d', '1d', 'undo', 'redo', 'earlier 2', 'g/b/d', '%!cat', '%join', 'set noeol', 'set eol', 'normal! ggdG', '1,$>' }

local file = vim.fn.tempname()
vim.fn.writefile({ 'first', 'sécond', '', 'fourth line' }, file)
vim.o.hidden = true
vim.cmd('edit ' .. file)
local bufnr = vim.api.nvim_get_current_buf()
vim.api.nvim_create_autocmd('OptionSet', { pattern = 'endofline', callback = function() link.option_set(bufnr) end })
link.attach(bufnr, vim.uri_from_fname(file))

local function check(what)
  link.flush(link.get(bufnr))
  local text = table.concat(vim.api.nvim_buf_get_lines(bufnr, 0, -1, true), '\n')
  if text ~= model then
    print(('seed %d, after %s:\nbuffer %s\nmodel  %s'):format(seed, what, vim.inspect(text), vim.inspect(model)))
    vim.cmd('cquit 1')
  end
end

-- A line is joined by what is between the two, so that what somebody else types into the second stays in its place.
vim.api.nvim_buf_set_lines(bufnr, 0, -1, true, { 'one', '  two' })
check('two lines')
local told = {}
link.connect(function(method, params)
  told[#told + 1] = method == 'collab/edit' and params.edits or nil
end)
vim.cmd('normal! ggJ')
link.flush(link.get(bufnr))
local join = told[1] and told[1][1]
if #told ~= 1 or #told[1] ~= 1 or join.newText ~= '' or join.range.start.character ~= 3 or join.range['end'].character ~= 1 then
  print('J was told as ' .. vim.inspect(told))
  vim.cmd('cquit 1')
end
link.connect(listen)
link.reopen(link.get(bufnr))

-- Reading a file again opens it again; only who leaves it closes it.
local function methods(what, does)
  local all, told_all = {}, false
  link.connect(function(method)
    all[#all + 1] = method
  end)
  does()
  vim.schedule(function()
    told_all = true
  end)
  vim.wait(5000, function()
    return told_all
  end)
  return what .. ': ' .. table.concat(all, ' ')
end
local other = vim.fn.tempname()
vim.fn.writefile({ 'text' }, other)
local function attach()
  link.attach(vim.fn.bufnr(other), vim.uri_from_fname(other))
end
vim.api.nvim_create_autocmd('BufReadPost', { pattern = other, callback = attach })
local seen = {
  methods('edit', function() vim.cmd('edit ' .. other) end),
  methods('again', function() vim.cmd('edit!') end),
  methods('wiped', function() vim.cmd('bwipeout!') end),
}
local wanted = { 'edit: textDocument/didOpen', 'again: textDocument/didOpen', 'wiped: textDocument/didClose' }
if not vim.deep_equal(seen, wanted) then
  print('a reload was told as ' .. vim.inspect(seen))
  vim.cmd('cquit 1')
end
link.connect(listen)
vim.cmd('buffer ' .. bufnr)
link.reopen(link.get(bufnr))

local rounds = 4000
for round = 1, rounds do
  local what
  vim.api.nvim_win_set_cursor(0, { math.random(vim.api.nvim_buf_line_count(0)), math.random(0, 6) })
  if math.random(4) == 1 then
    what = ex[math.random(#ex)]
    pcall(vim.cmd, 'silent! ' .. what)
  else
    what = commands[math.random(#commands)]
    pcall(vim.cmd, 'silent! normal! ' .. what)
  end
  if math.random(3) > 1 then -- else the next command is told together with this one
    check(('round %d: %s'):format(round, vim.inspect(what)))
  end
  if vim.api.nvim_buf_line_count(0) > 60 then
    vim.cmd('silent! 20,$d')
    check('cutting back')
  end
end
print(('seed %d: %d rounds, buffer and model agree'):format(seed, rounds))
vim.cmd('qa!')

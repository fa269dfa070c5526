-- Commands and one event; everything else is loaded when it is used. No key is taken.
if vim.g.loaded_tutti or vim.fn.has('nvim-0.7') == 0 then
  return
end
vim.g.loaded_tutti = true

local function call(name)
  return function(...)
    local tutti = require('tutti')
    tutti.begin()
    return tutti[name](...)
  end
end

local command = vim.api.nvim_create_user_command

command('TuttiShare', function(options)
  call('share')(options.args ~= '' and options.args or nil)
end, { nargs = '?', complete = 'dir', desc = 'Share a folder and get a link' })

command('TuttiJoin', function(options)
  call('join')(options.fargs[1], options.fargs[2])
end, {
  nargs = '+',
  -- Not 'dir': then Neovim would take the `#` of a link for the alternate file's name.
  complete = function(lead)
    return vim.fn.getcompletion(lead, 'dir')
  end,
  desc = 'Join a session by its link',
})

command('TuttiLeave', function()
  call('leave')()
end, { desc = 'Leave the session' })

command('TuttiStatus', function()
  call('status')()
end, { desc = 'Show connection, files and people' })

command('TuttiWho', function()
  call('who')()
end, { desc = 'List who is here, and where' })

command('TuttiUndo', function()
  call('undo')()
end, { desc = 'Take back your own last edits; what others wrote stays' })

command('TuttiRedo', function()
  call('redo')()
end, { desc = 'Bring back what :TuttiUndo took away' })

command('TuttiFollow', function(options)
  call('follow')(options.args)
end, {
  nargs = '?',
  complete = function()
    return require('tutti.people').names()
  end,
  desc = 'Follow a participant, or stop following',
})

vim.api.nvim_create_autocmd({ 'BufReadPost', 'BufNewFile' }, {
  group = vim.api.nvim_create_augroup('tutti.start', { clear = true }),
  callback = function(event)
    -- Cheap for everybody who is in no session: no module is loaded until a linked folder is seen.
    if vim.bo[event.buf].buftype == '' and vim.fn.finddir('.tutti', vim.fn.expand('<afile>:p:h') .. ';') ~= '' then
      require('tutti').opened(event.buf)
    end
  end,
})

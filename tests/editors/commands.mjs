// The commands of the manual, typed as a person types them: share, join by the link alone, follow across files, leave; and what
// is said of files that stay private.
import {existsSync} from 'node:fs'
import {join} from 'node:path'
import {Neovim} from './lib/nvim.mjs'
import {say} from './lib/process.mjs'
import {rows, scene} from './lib/scene.mjs'
import {until} from './lib/wait.mjs'

async function person(home, name) {
  const neovim = new Neovim(name, join(home, name), undefined, join(home, `${name}.log`))
  await neovim.start()
  await neovim.lua(`
    _G.said = {}
    vim.notify = function(words) table.insert(_G.said, words) end`)
  await neovim.api.command(`cd ${neovim.home}`)
  return neovim
}
const hears = (neovim, words) => until(`${neovim.name} to be told "${words}"`, async () =>
  (await neovim.lua('return table.concat(_G.said, "\\n") .. vim.fn.execute("messages")')).includes(words))
/** The process of its language server. */
const serverOf = (neovim) => neovim.lua(`
  for _, child in ipairs(vim.api.nvim_get_proc_children(vim.fn.getpid())) do
    if vim.api.nvim_get_proc(child).name == 'tutti' then return child end
  end`)
const synced = (neovim) => until(`${neovim.name} to be in`, () => neovim.lua(`
  local status = require('tutti.people').status
  return status and status.connection == 'online' and #status.documents > 0 and status.documents[1].state == 'synced'`))

await scene('commands', {'one.txt': 'first\n', 'two.txt': rows(60)}, async ({home, hub, project}) => {
  const ann = await person(home, 'Ann')
  await ann.lua(`
    vim.env.TUTTI_TOKEN = '${hub.ownerToken}'
    require('tutti').setup({hub = '${hub.url}', name = 'Ann'})`)
  await ann.api.command(`edit ${join(project, 'one.txt')}`)
  await ann.api.command(`TuttiShare ${project}`)
  await hears(ann, 'shared. The link is')
  await synced(ann)
  if (!(await ann.lua(`return vim.fn.getreg('"')`)).startsWith(hub.url)) throw new Error('the link is not to be pasted')
  await ann.lua(`require('tutti.client').request('collab/share', {folder = ..., password = 'con brio'}, function(shared) _G.link = shared.link end)`, [project])
  const link = await until('a link with a password', () => ann.lua('return _G.link'))

  const ben = await person(home, 'Ben')
  await ben.keys(`:TuttiJoin ${link}<CR>`)
  await until('Ben to be asked for the password', () => ben.lua(`return vim.api.nvim_get_mode().mode == 'c'`))
  await ben.keys('con brio<CR>')
  await hears(ben, 'joined. The files are in ' + join(ben.home, 'project'))
  await until('the files', () => existsSync(join(ben.home, 'project/two.txt')))
  await ben.api.command('edit project/one.txt')
  await synced(ben)

  await until('Ben to see Ann', () => ben.lua(`return #require('tutti.people').participants > 0`))
  await ben.api.command('TuttiFollow')
  await hears(ben, '; any key stops')
  await ann.api.command(`edit ${join(project, 'two.txt')}`)
  await ann.keys('40G')
  await until('Ben to look where Ann is', () => ben.lua(`
    return vim.fn.expand('%:t') == 'two.txt' and vim.api.nvim_win_get_cursor(0)[1] == 40`))
  await ann.keys('50G')
  await until('Ben to go along', () => ben.lua('return vim.api.nvim_win_get_cursor(0)[1] == 50'))
  await ben.keys('k')
  await hears(ben, 'not following any more')

  // The list of people: up to date, goes there, follows
  const shows = (words) => until(`Ben's list to say ${words}`, async () => (await ben.lua(`
    return table.concat(vim.api.nvim_buf_get_lines(vim.fn.bufnr('tutti://people'), 0, -1, false), '|')`)).includes(words))
  const ann_at = (row) => until(`Ben to be in line ${row}`, () => ben.lua(`
    return vim.fn.expand('%:t') == 'two.txt' and vim.api.nvim_win_get_cursor(0)[1] == ${row}`))
  await ben.keys('gg:TuttiWho<CR>')
  await shows('two.txt')
  await ben.keys('<CR>')
  await ann_at(50)
  await ann.keys('30G')
  await ben.keys(':TuttiWho<CR>f')
  await ann_at(30)
  await shows('followed')
  await ben.keys('k')
  await hears(ben, 'not following any more')
  await ben.keys('<C-w>o')
  await ann.api.command(`edit ${join(project, 'one.txt')}`)
  await ann.api.command(`edit ${join(project, 'two.txt')}`)

  // A server that dies is started again, and is told everything: the caret too, though it did not move
  const annAt = () => ben.lua(`
    local space = vim.api.nvim_get_namespaces()['tutti.cursors']
    local marks = vim.api.nvim_buf_get_extmarks(0, space, 0, -1, {})
    return marks[1] and marks[1][2] or -1`)
  const place = (await ann.lua('return vim.api.nvim_win_get_cursor(0)[1]')) - 1
  await until('Ben to see the caret of Ann', async () => (await annAt()) === place)
  process.kill(await serverOf(ann), 'SIGKILL')
  await until('the caret to be gone', async () => (await annAt()) < 0)
  await until('the caret to be told again', async () => (await annAt()) === place)

  // What Ann's tools say is shown to Ben with her name, and is gone once the text in it changes
  await ben.keys('gg')
  await ann.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace('linter'), 0, {
    {lnum = 1, col = 0, end_lnum = 1, end_col = 3, severity = 2, message = 'no such row', source = 'lint'},
    {lnum = 2, col = 0, end_lnum = 2, end_col = 3, severity = 1, message = 'nor this'}})`)
  const bensList = (expected) => until(`Ben to be shown ${expected}`, async () => (await ben.lua(`
    return table.concat(vim.tbl_map(function(d) return d.lnum .. ':' .. d.severity .. ' ' .. d.message end, vim.diagnostic.get(0)), ', ')`)) === expected)
  const name = await ben.lua(`return require('tutti.people').participants[1].name`)
  await bensList(`1:2 ${name}: no such row, 2:1 ${name}: nor this`)
  await ben.keys('OA line before<Esc>')
  await bensList(`2:2 ${name}: no such row, 3:1 ${name}: nor this`)
  await ben.keys('jj0lx')
  await bensList(`3:1 ${name}: nor this`)
  await ann.lua(`vim.diagnostic.reset()`)
  await bensList('')

  await ann.api.command(`edit ${join(project, 'large.txt')}`)
  await hears(ann, 'large.txt is larger than 16 MiB, and is not shared')
  await ann.api.command(`edit ${join(project, 'link.txt')}`)
  await hears(ann, 'link.txt is a symbolic link out of the shared folder, and is not shared')

  await ben.keys(':TuttiLeave<CR>')
  await hears(ben, 'left the session. The files stay')

  // Who leaves while the hub is away is told what it has not got
  await ann.api.command(`edit ${join(project, 'one.txt')}`)
  await hub.stop()
  await ann.keys('gg0ifor nobody <Esc>')
  await until('Ann to wait for the hub', () => ann.lua(`return require('tutti.people').status.pending > 0`))
  await ann.keys(':TuttiLeave<CR>')
  await hears(ann, 'did not reach the hub before you left')
  await hears(ann, 'left the session. The files stay')
  const messages = await ben.trouble()
  if (/Not connected|Error|E\d+:/.test(messages)) throw new Error(messages)
  for (const neovim of [ann, ben]) await neovim.stop()
  say('share, join, follow, leave: each does what the manual says')
})

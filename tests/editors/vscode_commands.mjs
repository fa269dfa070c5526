// What the README of the VS Code client says, done as a person does it: share from the palette, undo by the usual keys, follow across
// files, go to somebody; and the awkward ways by which text gets into an editor: reverting, other tabs, editors that are read-only.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Neovim} from './lib/nvim.mjs'
import {say} from './lib/process.mjs'
import {rows, scene} from './lib/scene.mjs'
import {Code, Window} from './lib/vscode.mjs'
import {until} from './lib/wait.mjs'

let home, hub, project, code, ann, ben

const done = (words) => say(`ok: ${words}`)
const bufferOf = (name) => ann.run(`
  return vscode.workspace.textDocuments.find(({uri}) => uri.fsPath === args)?.getText().replaceAll('\\r\\n', '\\n') ?? null`, join(project, name))
const both = (text, name = 'one.txt') => until(`both to hold ${JSON.stringify(text)}`, async () =>
  (await bufferOf(name)) === text && (await ben.text()) === text)
const benOpens = (name) => ben.open(join(ben.home, 'project', name))
const annShows = (name) => ann.run(`await vscode.window.showTextDocument(vscode.Uri.file(args), {preview: false})`, join(project, name))
const told = (words) => until(`Ann to be told "${words}"`, async () => (await ann.page.innerText('body')).includes(words))

async function share() {
  await ann.show(project, 'one.txt')
  await ann.context.grantPermissions(['clipboard-read', 'clipboard-write'])
  await ann.run(`await vscode.workspace.getConfiguration('tutti').update('hub', args, true)`, hub.url)
  await ann.palette('Tutti: Share Folder')
  await told('The link is on the clipboard')
  const link = await until('the link', () => ann.run('return vscode.env.clipboard.readText()'))
  await ann.linked(join(project, 'one.txt'))
  done('shared from the palette, the link is on the clipboard')
  return link
}

async function join_(link) {
  ben = new Neovim('Ben', join(home, 'Ben'), undefined, join(home, 'Ben.log'))
  ben.settings = 'undo_keys = true'
  await ben.start()
  await ben.api.command(`cd ${ben.home}`)
  await ben.keys(`:TuttiJoin ${link}<CR>`)
  await until('the files', () => { try { return readFileSync(join(ben.home, 'project/two.txt')).length > 0 } catch { return false } })
  await benOpens('one.txt')
  await until('Ann to see Ben', () => ann.run('return tutti.people().length === 1'))
  done('joined by the link, from Neovim')
}

async function undo() {
  await ann.page.click('.editor-group-container .monaco-editor .view-lines')
  await ann.keys('Control+Home')
  await ann.page.keyboard.insertText('mine here') // in one go: between keys a busy machine may pause, and a pause ends what is undone at once
  await both('mine herefirst\nlast\n')
  await ben.keys('gg0eaYOURS<Esc>')
  await both('mineYOURS herefirst\nlast\n')
  await ann.keys('Control+End', 'Control+z')
  await both('YOURSfirst\nlast\n')
  await until('the caret to be where something changed', () => ann.run('return vscode.window.activeTextEditor.selection.active.line === 0'))
  await ann.keys('Control+Shift+z')
  await both('mineYOURS herefirst\nlast\n')
  await ann.keys('Control+z')
  await both('YOURSfirst\nlast\n')
  await ann.keys('Control+y')
  await both('mineYOURS herefirst\nlast\n')
  await ben.keys('u')
  await both('mine herefirst\nlast\n')
  done('Ctrl+Z, Ctrl+Shift+Z and Ctrl+Y take one\'s own')
}

async function undoElsewhere() {
  await ann.command('workbench.action.files.newUntitledFile')
  await ann.page.keyboard.type('abc')
  await until('the text', () => ann.run(`return vscode.window.activeTextEditor.document.getText() === 'abc'`))
  await ann.keys('Control+z')
  await until('it to be gone', () => ann.run(`return vscode.window.activeTextEditor.document.getText() === ''`))
  await ann.command('workbench.action.revertAndCloseActiveEditor')
  done('in a file that is not shared the keys are VS Code\'s own')
}

async function revert() {
  await annShows('one.txt')
  await ann.command('workbench.action.files.save')
  await ben.keys('ggOfrom Ben<Esc>')
  await both('from Ben\nmine herefirst\nlast\n')
  await ann.command('workbench.action.files.revert')
  await both('from Ben\nmine herefirst\nlast\n')
  await ann.page.click('.editor-group-container .monaco-editor .view-lines')
  await ann.keys('Control+End')
  await ann.page.keyboard.type('after')
  await both('from Ben\nmine herefirst\nlast\nafter')
  done('reverting keeps what others wrote')
}

async function otherTab() {
  await annShows('two.txt')
  await ben.keys('Go<Esc>Sin the back<Esc>')
  await both('from Ben\nmine herefirst\nlast\nafter\nin the back')
  done('text comes into a tab that is behind another')
}

async function readOnly() {
  await annShows('one.txt')
  await ann.command('workbench.action.files.setActiveEditorReadonlyInSession')
  await until('the editor to be read-only', () => ann.page.$$eval('.tab.active .monaco-icon-label, .tab.active .monaco-icon-label *',
    (all) => all.some((one) => getComputedStyle(one, '::after').fontFamily.includes('codicon'))))
  await ben.keys('ggdd')
  await both('mine herefirst\nlast\nafter\nin the back')
  await ann.command('workbench.action.files.setActiveEditorWriteableInSession')
  done('text comes into an editor that is read-only')
}

async function dosFile() {
  await annShows('dos.txt')
  await benOpens('dos.txt')
  await ann.page.click('.editor-group-container .monaco-editor .view-lines')
  await ann.keys('Control+End')
  await ann.page.keyboard.type('two\nthree')
  await ben.keys('ggOnull<Esc>')
  await both('null\none\ntwo\nthree', 'dos.txt')
  await ann.command('workbench.action.files.save')
  await until('CRLF on the disk', () => readFileSync(join(project, 'dos.txt'), 'utf8') === 'null\r\none\r\ntwo\r\nthree')
  done('a file with CRLF keeps it')
}

async function findings() {
  await annShows('two.txt')
  await benOpens('two.txt')
  await ann.run(`
    state.lint = vscode.languages.createDiagnosticCollection('lint')
    state.lint.set(vscode.window.activeTextEditor.document.uri, [new vscode.Diagnostic(new vscode.Range(1, 0, 1, 3), 'no such row', 1)])`)
  const bens = () => ben.lua(`return table.concat(vim.tbl_map(function(d) return d.lnum .. ' ' .. d.message end, vim.diagnostic.get(0)), ', ')`)
  await until('Ben to be shown what the tools of Ann say', async () => /^1 .+: no such row$/.test(await bens()))
  await ben.lua(`vim.diagnostic.set(vim.api.nvim_create_namespace('linter'), 0, {{lnum = 2, col = 0, end_lnum = 2, end_col = 3, severity = 1, message = 'nor this'}})`)
  const anns = () => ann.run(`
    return vscode.languages.getDiagnostics(vscode.window.activeTextEditor.document.uri).map(({source, message, severity, range}) => [source ?? '', message, severity, range.start.line].join('|')).sort()`)
  await until('Ann to be shown what the tools of Ben say', async () => (await anns()).some((one) => /^Tutti: Ben.*\|nor this\|0\|2$/.test(one)))
  await ann.run('state.lint.clear()')
  await until('nothing of hers to be left', async () => (await bens()) === '2 nor this')
  await ben.lua(`vim.diagnostic.reset()`)
  await until('nothing of his to be left', async () => (await anns()).length === 0)
  done('what language servers say is shown to the other, with the name, and taken back')
}

async function follow() {
  await ann.palette('Tutti: Follow Participant')
  await until('Ann to follow', () => ann.page.$('.statusbar >> text=Following Ben'))
  await benOpens('two.txt')
  await ben.keys('150G')
  const sees = (line) => until(`Ann to see line ${line} of two.txt`, () => ann.run(`
    const editor = vscode.window.activeTextEditor
    return editor?.document.uri.fsPath.endsWith('two.txt') && editor.visibleRanges.some((range) => range.start.line < args && args <= range.end.line + 1)`, line))
  await sees(150)
  await ben.keys('5G')
  await sees(5)
  await ann.palette('Tutti: Stop Following')
  await ann.command('workbench.action.files.saveAll')
  await ann.command('workbench.action.closeAllEditors')
  await ben.keys('190G')
  await ann.palette('Tutti: Go to Participant')
  await sees(190)
  done('following goes across files, and ends; going to somebody opens the file')
}

async function restart() {
  await ann.command('tutti.restart') // answers when the new one is there; what the old one said does not count
  await ann.linked(join(project, 'two.txt'))
  await ben.keys('ggOagain<Esc>')
  await until('Ann to have it', async () => (await bufferOf('two.txt')).startsWith('again\n'))
  done('a new server finds its place')
}

async function leave() {
  await ann.palette('Tutti: Leave Session')
  await ann.page.click('.monaco-dialog-box >> text="Leave"')
  await told('you left the session')
  await until('nothing to be in', () => ann.run('return tutti.status().session === undefined'))
  done('left')
}

async function play(stage) {
  ({home, hub, project} = stage)
  code = new Code(join(home, 'code'))
  mkdirSync(code.folder)
  mkdirSync(join(code.home, '.config/tutti'), {recursive: true})
  writeFileSync(join(code.home, '.config/tutti/config.toml'), `token = "${hub.ownerToken}"\nname = "Ann"\n`)
  await code.start()
  ann = new Window('Ann', code)
  await join_(await share())
  for (const part of [undo, undoElsewhere, revert, otherTab, readOnly, dosFile, findings, follow, restart, leave]) await part()
  await ben.stop()
  await code.stop()
}

await scene('vscode-commands', {'one.txt': 'first\nlast\n', 'two.txt': rows(200), 'dos.txt': 'one\r\n'}, play, async (folder) => {
  await ann?.screenshot(join(folder, 'failed.png')).catch(() => {})
  if (ben) say(`Ben: ${JSON.stringify(await ben.text().catch(String))}`)
})

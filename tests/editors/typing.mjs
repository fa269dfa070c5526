// Typing that keeps a state in the editor from one key to the next, while somebody else writes before it, behind it and in the same line:
// input methods, snippets with linked placeholders, several carets, completion, two windows on one text, a formatter at each save.
//
//   node typing.mjs [vscode] [nvim] [emacs]     only those
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Company} from './lib/company.mjs'
import {EmacsOnScreen} from './lib/emacs_screen.mjs'
import {neovim} from './lib/nvim.mjs'
import {play, say} from './lib/process.mjs'
import {vscode} from './lib/vscode.mjs'
import {until} from './lib/wait.mjs'

const pause = () => new Promise((resolve) => setTimeout(resolve, 40)) // the pace of keys, not a wait
const before = 'one\ntwo\nthree\nfour\nfive\n'
const line = (at, end) => (text) => text.split('\n')[at].endsWith(end)
const once = (...words) => (text) => words.every((word) => text.split(word).length === 2)
const snippet = 'for ${1:item} of ${2:list}: use(${1:item})'
const filled = 'twofor value of all: use(value)'

async function press(editor, keys) {
  for (const key of keys) {
    await (editor.press ?? editor.keys).call(editor, key)
    await pause()
  }
}

/** What a browser does for an input method: the composition grows with each key, then it is committed. */
async function compose(ann) {
  const keyboard = await ann.context.newCDPSession(ann.page)
  for (const word of ['にほん', '日本語', 'かんじ']) {
    for (let end = 1; end <= word.length; end++) {
      await keyboard.send('Input.imeSetComposition', {text: word.slice(0, end), selectionStart: end, selectionEnd: end})
      await pause()
    }
    await keyboard.send('Input.insertText', {text: word})
    await pause()
  }
}

async function threeCarets(ann) {
  await ann.run(`
    const at = (line) => new vscode.Selection(line, 99, line, 99)
    vscode.window.activeTextEditor.selections = [at(1), at(2), at(3)]`)
  await until('three carets on the screen', async () => (await ann.page.$$('.editor-group-container .cursors-layer > .cursor')).length === 3)
  await press(ann, 'abcdef')
}

async function vscodeSnippet(ann) {
  await ann.run('await vscode.window.activeTextEditor.insertSnippet(new vscode.SnippetString(args))', snippet)
  await press(ann, [...'value', 'Tab', ...'all', 'Tab', ';'])
}

async function twoEditors(ann) {
  await ann.command('workbench.action.splitEditor')
  await until('two editors', () => ann.run('return vscode.window.visibleTextEditors.length === 2'))
  await press(ann, 'right')
  await ann.command('workbench.action.focusFirstEditorGroup')
  await press(ann, ['Control+End', ...'left'])
  await ann.command('workbench.action.closeEditorsInOtherGroups')
}

/** All of the text anew, each time: what it leaves alone must not be written again, or what others type there is there twice. */
async function formatter(ann) {
  await ann.run(`
    state.formatter = vscode.languages.registerDocumentFormattingEditProvider({scheme: '*', language: '*'}, {provideDocumentFormattingEdits: (document) =>
      [vscode.TextEdit.replace(new vscode.Range(0, 0, document.lineCount, 0), document.getText().replace(/^(?!  |$)/gm, '  '))]})
    await vscode.workspace.getConfiguration('editor').update('formatOnSave', true, true)`)
  for (let i = 0; i < 4; i++) {
    await ann.command('workbench.action.files.save')
    await pause()
  }
  await ann.run(`state.formatter.dispose(); await vscode.workspace.getConfiguration('editor').update('formatOnSave', undefined, true)`)
}

async function luaSnippet(ben) {
  await press(ben, ['A'])
  await ben.lua('vim.snippet.expand(...)', [snippet])
  await press(ben, [...'value', '<Cmd>lua vim.snippet.jump(1)<CR>', ...'all', '<Esc>'])
}

async function quail(cat) {
  await cat.eval('(progn (setq default-input-method "japanese-hiragana") nil)')
  await press(cat, '\x1cnihongonihongo\x1c')
}

/** Each in a file of its own, the caret at the end of its second line. */
const parts = [
  {who: 'vscode', what: 'an input method composes', work: compose, holds: line(1, 'twoにほん日本語かんじ')},
  {who: 'vscode', what: 'the placeholders of a snippet stay linked', work: vscodeSnippet, holds: line(1, `${filled};`)},
  {who: 'vscode', what: 'three carets type', work: threeCarets, holds: (text) => [1, 2, 3].every((at) => line(at, 'abcdef')(text))},
  {who: 'vscode', what: 'two editors show one document', work: twoEditors, holds: (text) => text.includes('right') && text.endsWith('left')},
  {who: 'vscode', what: 'a formatter writes all anew at each save', work: formatter, holds: once('one', 'two', 'three', 'four', 'five')},
  {who: 'nvim', what: 'a keymap composes', work: (ben) => press(ben, ['A', ...'<C-k>a:<C-k>o:'.match(/<[^>]*>|./g), '<Esc>']), holds: line(1, 'twoäö')},
  {who: 'nvim', what: 'the placeholders of a snippet stay linked', work: luaSnippet, holds: line(1, filled)},
  {who: 'nvim', what: 'a block is typed in three lines', work: (ben) => press(ben, ['<C-v>', 'j', 'j', '$', 'A', ...'abcdef', '<Esc>']), holds: (text) => [1, 2, 3].every((at) => line(at, 'abcdef')(text))},
  {who: 'nvim', what: 'what was selected is deleted', work: (ben) => press(ben, ['$', 'v', 'b', '<Ignore>', '<Ignore>', '<Ignore>', 'd']), holds: (text) => /^\.*$/.test(text.split('\n')[1]) && once('one', 'three')(text)},
  {who: 'nvim', what: 'a completion is taken', work: (ben) => press(ben, ['A', ' ', ...'thr', '<C-x><C-n>', '<C-y>', ';', '<Esc>']), holds: line(1, 'two three;')},
  {who: 'nvim', what: 'an abbreviation is written out', work: (ben) => press(ben, [':iab teh the<CR>', 'A', ...' teh end', '<Esc>']), holds: line(1, 'two the end')},
  {who: 'emacs', what: 'an input method composes', work: quail, holds: line(1, 'twoにほんごにほんご')},
  {who: 'emacs', what: 'a completion is taken', work: (cat) => press(cat, [...' thr', '\x1b/']), holds: line(1, 'two three')},
]

const begin = {
  async vscode(ann, path) {
    await ann.run(`await vscode.window.showTextDocument(vscode.Uri.file(args), {preview: false})`, path)
    await ann.linked(path)
    await ann.page.click('.editor-group-container .monaco-editor .view-lines')
    await ann.keys('Control+Home', 'ArrowDown', 'End')
    await until('the caret to be there', () => ann.run(`
      const {active} = vscode.window.activeTextEditor.selection
      return active.line === 1 && active.character === 3`))
  },
  async nvim(ben, path) {
    await ben.open(path)
    await ben.keys('2G$')
  },
  async emacs(cat, path) {
    await cat.open(path)
    await cat.eval('(progn (goto-char (point-min)) (forward-line 1) (end-of-line) nil)')
  },
}

/** Types at the start of each of the first three lines by turns, until told to stop; answers how often. */
function meanwhile(editor) {
  let over = false, count = 0
  const all = (async () => {
    for (; !over; count++) {
      await editor.keys(`${count % 3 + 1}G0i.<Esc>`)
      await pause()
    }
    return count
  })()
  return () => { over = true; return all }
}

const programs = {vscode: vscode(), nvim: neovim('new'), emacs: (name, home) => new EmacsOnScreen(name, home)}
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(programs)
const kinds = [...wanted, 'nvim'] // the last is the one who writes meanwhile

async function act(company, {who, what, work, holds}, at) {
  const path = `file${at}.txt`, typist = company.editors[kinds.indexOf(who)]
  company.path = path
  for (const [i, {editor, folder}] of company.people.entries()) await begin[kinds[i]](editor, join(folder.folder, path))
  const stop = meanwhile(company.editors.at(-1))
  await work(typist)
  const count = await stop()
  const {text} = await company.converge()
  if (!holds(text)) throw new Error(`${who}: ${what}: ${JSON.stringify(text)}`)
  if ([...text].filter((one) => one === '.').length !== count) throw new Error(`${who}: ${what}: not ${count} keys of the other: ${JSON.stringify(text)}`)
  say(`ok: ${who}: ${what}, while ${count} keys come in`)
}

await play(async () => {
  const all = [...wanted.map((name) => programs[name]), neovim('old')]
  const company = await Company.start('typing', (folder) => parts.forEach((_, at) => writeFileSync(join(folder, `file${at}.txt`), before)), all)
  await company.open('file0.txt')
  for (const [at, part] of parts.entries()) if (wanted.includes(part.who)) await act(company, part, at)
  await company.stop()
})

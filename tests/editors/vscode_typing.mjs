// Typing that keeps a state in VS Code from one key to the next, while somebody else writes before it, behind it and in the same line:
// an input method's composition, a snippet whose placeholders are linked, several carets, two editors on one document, a formatter on save.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Company} from './lib/company.mjs'
import {versions} from './lib/nvim.mjs'
import {cleanUp, say} from './lib/process.mjs'
import {vscode} from './lib/vscode.mjs'
import {until} from './lib/wait.mjs'

const names = ['ime', 'snippet', 'carets', 'split', 'format'].map((name) => `${name}.txt`)
let company, ann, ben

const done = (words) => say(`ok: ${words}`)
const pause = () => new Promise((resolve) => setTimeout(resolve, 40)) // the pace of keys, not a wait
const press = async (keys) => { for (const key of keys) { await ann.keys(key); await pause() } }

/** Waits until all hold the same text, which must be as `holds` says. */
async function both(what, holds) {
  const {text} = await company.converge()
  if (!holds(text)) throw new Error(`not ${what}: ${JSON.stringify(text)}`)
  return text
}

/** Another file in both editors, Ann's caret at the end of its second line. */
async function begin(name) {
  const [anns, bens] = company.people.map(({folder}) => join(folder.folder, name))
  company.path = name
  await ann.run(`await vscode.window.showTextDocument(vscode.Uri.file(args), {preview: false})`, anns)
  await ann.linked(anns)
  await ben.open(bens)
  await ann.page.click('.editor-group-container .monaco-editor .view-lines')
  await ann.keys('Control+Home', 'ArrowDown', 'End')
  await until('the caret to be there', () => ann.run(`
    const {active} = vscode.window.activeTextEditor.selection
    return active.line === 1 && active.character === 3`))
}

/** Ben types at the start of each of the first three lines by turns, until told to stop; answers how often. */
function meanwhile() {
  let over = false, count = 0
  const all = (async () => {
    for (; !over; count++) {
      await ben.keys(`${count % 3 + 1}G0i.<Esc>`)
      await pause()
    }
    return count
  })()
  return () => { over = true; return all }
}

const dots = (text) => [...text].filter((one) => one === '.').length

async function composition() {
  await begin('ime.txt')
  const keyboard = await ann.context.newCDPSession(ann.page)
  const stop = meanwhile()
  for (const word of ['にほん', '日本語', 'かんじ']) {
    for (let end = 1; end <= word.length; end++) {
      await keyboard.send('Input.imeSetComposition', {text: word.slice(0, end), selectionStart: end, selectionEnd: end})
      await pause()
    }
    await keyboard.send('Input.insertText', {text: word})
    await pause()
  }
  const typed = await stop()
  await both('what was composed', (text) => text.split('\n')[1].endsWith('twoにほん日本語かんじ') && dots(text) === typed)
  done(`an input method composes while ${typed} keys come in`)
}

async function snippet() {
  await begin('snippet.txt')
  const stop = meanwhile()
  await ann.run(`await vscode.window.activeTextEditor.insertSnippet(new vscode.SnippetString(' for \${1:item} of \${2:list}: use(\${1:item})\$0'))`)
  await press([...'value', 'Tab', ...'all', 'Tab', ';'])
  const typed = await stop()
  await both('both placeholders', (text) => text.split('\n')[1].endsWith('two for value of all: use(value);') && dots(text) === typed)
  done(`linked placeholders of a snippet stay linked while ${typed} keys come in`)
}

async function carets() {
  await begin('carets.txt')
  await ann.run(`
    const at = (line) => new vscode.Selection(line, 99, line, 99)
    vscode.window.activeTextEditor.selections = [at(1), at(2), at(3)]`)
  await until('three carets on the screen', async () => (await ann.page.$$('.editor-group-container .cursors-layer > .cursor')).length === 3)
  const stop = meanwhile()
  await press('abcdef')
  const typed = await stop()
  await both('the word three times', (text) => text.split('\n').slice(1, 4).every((one) => one.endsWith('abcdef')) && dots(text) === typed)
  done(`three carets type while ${typed} keys come in`)
}

async function twoEditors() {
  await begin('split.txt')
  await ann.command('workbench.action.splitEditor')
  await until('two editors', () => ann.run('return vscode.window.visibleTextEditors.length === 2'))
  const stop = meanwhile()
  await press('right')
  await ann.command('workbench.action.focusFirstEditorGroup')
  await press(['Control+End', ...'left'])
  const typed = await stop()
  const text = await both('both words', (text) => dots(text) === typed && text.endsWith('left') && text.includes('right'))
  await until('both editors to show it', () => ann.run(`return vscode.window.visibleTextEditors.every((one) => one.document.getText() === args)`, text))
  await ann.command('workbench.action.closeEditorsInOtherGroups')
  done(`two editors on one document while ${typed} keys come in`)
}

/** A formatter that indents all lines anew: what it leaves alone must not be written again, or what others type there is doubled. */
async function formatter() {
  await begin('format.txt')
  await ann.run(`
    state.formatter = vscode.languages.registerDocumentFormattingEditProvider({scheme: '*', language: '*'}, {provideDocumentFormattingEdits(document) {
      const all = new vscode.Range(0, 0, document.lineCount, 0)
      return [vscode.TextEdit.replace(all, document.getText().replace(/^(?!  |$)/gm, '  '))]
    }})
    await vscode.workspace.getConfiguration('editor').update('formatOnSave', true, true)`)
  const stop = meanwhile()
  for (let i = 0; i < 4; i++) {
    await ann.command('workbench.action.files.save')
    await pause()
  }
  const typed = await stop()
  const text = await both('all keys', (text) => dots(text) === typed)
  for (const word of ['one', 'two', 'three', 'four', 'five']) {
    if (text.split(word).length !== 2) throw new Error(`"${word}" is not there once: ${JSON.stringify(text)}`)
  }
  await ann.run(`state.formatter.dispose(); await vscode.workspace.getConfiguration('editor').update('formatOnSave', undefined, true)`)
  done(`a formatter rewrites the file at each save while ${typed} keys come in`)
}

try {
  company = await Company.start('typing', (folder) => { for (const name of names) writeFileSync(join(folder, name), 'one\ntwo\nthree\nfour\nfive\n') }, [vscode(), versions.new])
  ;[ann, ben] = company.editors
  await company.open(names[0])
  for (const part of [composition, snippet, carets, twoEditors, formatter]) await part()
  await company.stop()
} catch (error) {
  say(`failed: ${error.stack}`)
  process.exitCode = 1
} finally {
  await cleanUp()
  process.exit()
}

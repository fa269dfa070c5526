// Two Neovims write into each other's words; the undo keys of one take back that one's own, and redo brings it back.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {versions} from './lib/nvim.mjs'
import {Company} from './lib/company.mjs'
import {cleanUp, say} from './lib/process.mjs'
import {until} from './lib/wait.mjs'

let failed = 0
try {
  const company = await Company.start('undo', (folder) => writeFileSync(join(folder, 'file.txt'), 'first\nlast\n'), [versions.old, versions.new])
  const [a, b] = company.people.map(({editor}) => editor)
  a.settings = 'undo_keys = true'
  await company.open('file.txt')
  const both = (text) => until(`both to hold ${JSON.stringify(text)}`, async () => (await a.text()) === text && (await b.text()) === text)
  await a.keys('ggOmine here<Esc>')
  await both('mine here\nfirst\nlast\n')
  await b.keys('ggeaYOURS<Esc>')
  await both('mineYOURS here\nfirst\nlast\n')
  await a.keys('Gu')
  await both('YOURSfirst\nlast\n')
  await until('the caret to be where something changed', () => a.lua('return vim.api.nvim_win_get_cursor(0)[1] == 1'))
  await a.keys('<C-r>')
  await both('mineYOURS here\nfirst\nlast\n')
  await b.api.command('TuttiUndo')
  await both('mine here\nfirst\nlast\n')
  await b.api.command('TuttiRedo')
  await both('mineYOURS here\nfirst\nlast\n')
  await company.converge()
  await company.stop()
  say('undo: all there')
} catch (error) {
  say(`failed: ${error.stack}`)
  failed++
}
await cleanUp()
process.exit(failed === 0 ? 0 : 1)

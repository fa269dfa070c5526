// Two Neovims whose formatters run over one file at the same moment, again and again: it is indented once, by one of them.
import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Company} from './lib/company.mjs'
import {versions} from './lib/nvim.mjs'
import {play, say} from './lib/process.mjs'

const rounds = 8
const name = (round) => `code${round}.txt`
const before = Array.from({length: 12}, (_, i) => `statement ${i};\n`).join('')
const formatted = before.replace(/^(?=.)/gm, '  ')
const format = '%s/^\\( \\)\\@!/  /e'

await play(async () => {
  const fill = (folder) => { for (let i = 0; i < rounds; i++) writeFileSync(join(folder, name(i)), before) }
  const company = await Company.start('formatters', fill, [versions.old, versions.new])
  await company.open(name(0))
  for (let round = 0; round < rounds; round++) {
    company.path = name(round)
    for (const {editor, folder} of company.people) await editor.open(join(folder.folder, name(round)))
    await Promise.all(company.editors.map((editor) => editor.api.command(format)))
    const {text} = await company.converge()
    if (text !== formatted) throw new Error(`round ${round}: ${JSON.stringify(text)}`)
  }
  await company.stop()
  say(`${rounds} files, each indented once`)
})

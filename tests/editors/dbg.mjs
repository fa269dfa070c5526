import {writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {versions} from './lib/nvim.mjs'
import {Pair} from './lib/pair.mjs'
import {cleanUp, say} from './lib/process.mjs'
import {vscode} from './lib/vscode.mjs'
const pair = await Pair.start('vscode', (folder) => writeFileSync(join(folder, 'file.txt'), 'hello\n'), [vscode(), versions.new])
try {
const w = pair.people[0].editor
await w.start(); await w.show(pair.people[0].folder.folder, 'file.txt')
await new Promise(r=>setTimeout(r,4000))
say(JSON.stringify(await w.run(`return [tutti.status(), vscode.workspace.isTrusted, vscode.workspace.textDocuments.map(d=>d.uri.toString()), vscode.window.tabGroups.all.map(g=>g.tabs.map(t=>[t.label, t.input?.constructor?.name, String(t.input?.uri)])), process.env.PATH]`)))
await w.palette('Tutti: Show Log')
await new Promise(r=>setTimeout(r,1000))
await w.screenshot('/tmp/vsc/d.png')
} catch (e) { say(e.stack) }
await cleanUp(); process.exit()

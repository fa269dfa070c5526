// Pictures of one VS Code in which two others are seen, on light and on dark.
//   node vscode_screenshot.mjs [FOLDER]     writes FOLDER/vscode-light.png and FOLDER/vscode-dark.png; checks what is in them
import {mkdirSync} from 'node:fs'
import {join, resolve} from 'node:path'
import {file, person, twoGuests} from './lib/party.mjs'
import {cleanUp, root, say, scratch} from './lib/process.mjs'
import {Hub} from './lib/session.mjs'
import {Code, Window} from './lib/vscode.mjs'
import {until} from './lib/wait.mjs'

const folder = resolve(process.argv[2] ?? join(root, 'build/screenshots'))
const themes = {light: ['Default Light Modern', '.monaco-workbench.vs'], dark: ['Default Dark Modern', '.monaco-workbench.vs-dark']}

/** What is drawn beside the text, by its style: names, and the colours of carets and selections. */
const drawn = `(() => {
  const names = [], carets = new Set()
  for (const element of document.querySelectorAll('.editor-group-container .view-line span')) {
    const before = getComputedStyle(element, '::before'), after = getComputedStyle(element, '::after')
    if (after.content.length > 2 && after.content !== 'none') names.push(after.content.replaceAll('"', ''))
    if (before.position === 'absolute' && before.width === '2px') carets.add(before.backgroundColor)
  }
  return {names: names.sort().join(), carets: carets.size, selections: document.querySelectorAll('.editor-group-container .cdr[class*=ced-]').length}
})()`

let hub, code, window
const people = []
try {
  mkdirSync(folder, {recursive: true})
  const home = scratch('vscode-screenshot')
  hub = new Hub(join(home, 'hub'))
  code = new Code(join(home, 'code'), {'tutti.nameFlags': 'always', 'workbench.colorTheme': themes.light[0], 'workbench.layoutControl.enabled': false, 'window.commandCenter': false})
  for (const one of [hub.folder, code.folder]) mkdirSync(one)
  await hub.start()
  await code.start()
  const you = await person('You', home, hub)
  people.push({one: you.one})
  window = new Window('You', code, {width: 960, height: 620})
  await window.open(join(you.one.folder, file))
  people.push(...await twoGuests(home, you.link))
  await window.command('tutti.people.focus')
  await window.command('workbench.action.focusActiveEditorGroup')
  for (const [name, [theme, selector]] of Object.entries(themes)) {
    await window.run(`await vscode.workspace.getConfiguration('workbench').update('colorTheme', args, true)`, theme)
    await window.page.waitForSelector(selector)
    await until('two carets with their names, and a selection', async () => {
      const {names, carets, selections} = await window.page.evaluate(drawn)
      return names === 'Grace,Linus' && carets === 2 && selections > 0
    })
    await until('both of them in the list', async () => /You[^]*owner[^]*Grace[^]*Linus/.test(await window.page.innerText('[id="workbench.parts.sidebar"]')))
    await until('three in the status bar', async () => (await window.page.innerText('.statusbar')).includes('Tutti: 3 here'))
    await window.command('notifications.clearAll')
    await window.screenshot(join(folder, `vscode-${name}.png`))
    say(join(folder, `vscode-${name}.png`))
  }
} catch (error) {
  say(`failed: ${error.stack}`)
  await window?.screenshot(join(folder, 'failed.png')).catch(() => {})
  process.exitCode = 1
} finally {
  for (const {one, neovim} of people) {
    await neovim?.stop()
    await one.stop()
  }
  await code?.stop()
  await hub?.stop()
  await cleanUp()
  process.exit()
}

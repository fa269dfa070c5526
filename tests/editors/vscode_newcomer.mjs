// The first minute in VS Code, with its question about trust: in a folder that is not trusted no hub is asked; once it is, the
// person is in. A link for VS Code joins after it was confirmed, into the folder that is suggested, which opens.
import {existsSync, mkdirSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {say} from './lib/process.mjs'
import {scene} from './lib/scene.mjs'
import {Folder} from './lib/session.mjs'
import {Code, Window} from './lib/vscode.mjs'
import {until} from './lib/wait.mjs'

let page, code

const done = (words) => say(`ok: ${words}`)
const sees = (words, where = page) => until(`the window to show "${words}"`, async () => (await where.innerText('body')).includes(words))
const answer = (words, where = page) => where.click(`.monaco-dialog-box >> text="${words}"`)

async function others({folder}) {
  const {hub, session, token} = folder.session
  const reply = await fetch(`${hub}/api/v1/collaboration/sessions/${session}/participants`, {headers: {authorization: `Bearer ${token}`}})
  return (await reply.json()).participants.filter(({name, online}) => online && name !== 'Ann').map(({name}) => name)
}

async function distrust(bob, ann) {
  await bob.look(ann.bobs)
  page = bob.page
  await answer("No, I don't trust the authors")
  await page.click('[id="workbench.parts.activitybar"] >> [aria-label="Tutti"]')
  await sees('This folder is not trusted yet')
  await bob.palette('Tutti: Share Folder')
  await sees('Tutti: this folder is not trusted yet')
  if ((await others(ann)).length > 0) throw new Error('the hub was asked')
  done('in a folder that is not trusted nothing is shared, and it is said where trust is given')
  await page.press('.notifications-toasts >> text="Trust…"', 'Enter') // a click can miss it: it comes in moving
  await page.click('.workspace-trust-editor >> text="Trust"')
  await until('Bob to be in', async () => (await others(ann)).join() === 'Bob')
  done('once it is trusted, Bob is in')
}

async function byLink(bob, link) {
  await until('the extension', () => bob.run(`return vscode.extensions.getExtension('tutti.tutti')?.isActive`))
  const address = await bob.run(`
    const link = vscode.env.uriScheme + '://tutti.tutti/join?link=' + encodeURIComponent(args)
    return (await vscode.env.asExternalUri(vscode.Uri.parse(link))).toString(true)`, link)
  const callback = await bob.context.newPage()
  await callback.goto(address)
  await callback.close()
  await sees('Join a session at')
  await answer('Join')
  await page.waitForSelector('.quick-input-widget input:focus')
  const opened = bob.context.waitForEvent('page')
  await page.keyboard.press('Enter')
  const window = await opened
  const folder = await until('the folder to be shown', () => new URLSearchParams(window.url().split('?')[1]).get('folder'))
  await until('the file', () => existsSync(join(folder, 'one.txt')))
  if (readFileSync(join(folder, 'one.txt'), 'utf8') !== 'first\n') throw new Error('another text')
  done(`a link for VS Code joins into ${folder.replace(code.home, '~')}`)
}

async function play({home, hub, project}) {
  const ann = {folder: new Folder('Ann', project, join(home, 'Ann'), join(home, 'ann.log')), bobs: join(home, 'Bob/project')}
  const link = await ann.folder.share(hub)
  const once = new Folder('Bob', ann.bobs, join(home, 'Bob'), join(home, 'bob.log'))
  mkdirSync(once.home, {recursive: true})
  await once.join(link)
  await once.stop()
  code = new Code(join(home, 'code'), {'security.workspace.trust.enabled': true})
  mkdirSync(code.folder)
  await code.start()
  const bob = new Window('Bob', code)
  await distrust(bob, ann)
  bob.probe = await code.switchboard.caller(ann.bobs)
  await byLink(bob, link)
  await code.stop()
  await ann.folder.stop()
}

await scene('vscode-newcomer', {'one.txt': 'first\n'}, play, async (folder) => {
  await page?.screenshot({path: join(folder, 'failed.png')}).catch(() => {})
})

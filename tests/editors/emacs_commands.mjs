// The commands of the Emacs package, typed as a person types them, between two Emacsen: share, join by the link alone, who, go there,
// follow until a key, undo of one's own, what stays private, leave.
import {existsSync, readFileSync} from 'node:fs'
import {join} from 'node:path'
import {emacs, quoted} from './lib/emacs.mjs'
import {say} from './lib/process.mjs'
import {rows, scene} from './lib/scene.mjs'
import {until} from './lib/wait.mjs'

let ann, ben

async function person(home, name) {
  const one = emacs(name, join(home, name), join(home, `${name}.log`))
  await one.start()
  return one
}
const hears = (emacs, words) => until(`${emacs.name} to be told "${words}"`, async () => (await emacs.trouble()).includes(words))
const mx = (emacs, command, ...more) => emacs.type(['M-x'], command, ['RET'], ...more)
const synced = (emacs) => until(`${emacs.name} to be in`, () => emacs.eval(`
  (and (equal (plist-get tutti-people-status :connection) "online")
       (seq-some (lambda (document) (equal (plist-get document :state) "synced")) (plist-get tutti-people-status :documents)) t)`))
const shows = (emacs, file, line) => until(`${emacs.name} to look at line ${line} of ${file}`, () =>
  emacs.eval(`(and (equal (buffer-name) ${quoted(file)}) (= (line-number-at-pos) ${line}))`))
const holds = async (emacs, text) => {
  try {
    await until(`${emacs.name} to hold ${JSON.stringify(text)}`, () => emacs.eval(`(equal (buffer-string) ${quoted(text)})`))
  } catch (error) {
    for (const one of [ann, ben]) say(`${one.name} holds ${await one.eval('(buffer-string)')}\n${await one.trouble()}`)
    throw error
  }
}
const check = (what, holds) => { if (!holds) throw new Error(`it does not hold that ${what}`) }

const latin = Buffer.from('sch\xf6n\n', 'latin1')
await scene('emacs-commands', {'one.txt': 'first\n', 'two.txt': rows(60), 'latin.txt': latin}, async ({home, hub, project}) => {
  ann = await person(home, 'Ann')
  await ann.eval(`(progn (setenv "TUTTI_TOKEN" ${quoted(hub.ownerToken)}) (setq tutti-hub ${quoted(hub.url)} large-file-warning-threshold nil) nil)`)
  await ann.eval(`(progn (find-file ${quoted(join(project, 'one.txt'))}) nil)`)
  await mx(ann, 'tutti-share', ['RET'])
  await hears(ann, 'shared. The link is in the kill ring')
  await synced(ann)
  if (!(await ann.eval('(substring-no-properties (current-kill 0))')).startsWith(hub.url)) throw new Error('the link is not to be yanked')
  await ann.eval(`(progn (defvar link nil) (tutti-connection-request 'collab/share (list :folder ${quoted(project)} :password "con brio")
    (lambda (shared) (setq link (plist-get shared :link)))) nil)`)
  const link = await until('a link with a password', () => ann.eval('link'))

  ben = await person(home, 'Ben')
  await ben.eval('(progn (setq default-directory "~/") nil)')
  await mx(ben, 'tutti-join', link, ['RET'], ['C-a'], ['C-k'], '~/mine', ['RET'])
  await until('Ben to be asked for the password', () => ben.eval('(and (minibufferp) (string-match-p "Password" (minibuffer-prompt)) t)'))
  await ben.type('con brio', ['RET'])
  await hears(ben, 'joined. The files are in ' + join(ben.home, 'mine'))
  await until('the files', () => existsSync(join(ben.home, 'mine/two.txt')))
  await ben.eval('(progn (find-file "~/mine/one.txt") nil)')
  await synced(ben)
  await hears(ann, 'Ben came')

  // Whose undo it is
  await ann.type('mine ')
  await holds(ben, 'mine first\n')
  await ben.type(['C-a'], 'his ')
  await holds(ann, 'his mine first\n')
  await ann.type(['C-/'])
  await holds(ben, 'his first\n')
  await ann.type(['C-M-_'])
  await holds(ben, 'his mine first\n')
  await mx(ben, 'tutti-undo')
  await holds(ann, 'mine first\n')
  await ann.eval('(progn (setq tutti-undo-keys nil) nil)') // Emacs's own leaves what others wrote as well
  await ann.type(['C-e'], ' native', ['C-/'])
  await holds(ben, 'mine first\n')

  // What Ann's checker says is shown to Ben with her name, until the text in it changes
  await ann.eval(`(progn (require 'flymake)
    (setq-local flymake-diagnostic-functions
      (list (lambda (report &rest _) (funcall report (list (flymake-make-diagnostic (current-buffer) 1 5 :warning "an odd word"))))))
    (flymake-mode 1) (flymake-start) nil)`)
  const name = await ben.eval('(plist-get (car tutti-people-here) :name)')
  const marks = (count) => until(`Ben to be shown ${count} odd words`, () => ben.eval(`
    (= ${count} (seq-count (lambda (overlay) (equal (overlay-get overlay 'help-echo) ${quoted(`${name}: an odd word`)})) (overlays-in 1 (point-max))))`))
  await marks(1)
  await ann.eval('(progn (flymake-mode -1) nil)')
  await ben.type(['C-a'], ['C-f'], 'x', ['C-b'], ['C-d'])
  await marks(0)

  // Who is where
  await ann.eval(`(progn (find-file ${quoted(join(project, 'two.txt'))}) (goto-char (point-min)) (forward-line 39) nil)`)
  await ann.type(['C-n'], ['C-p'])
  await mx(ben, 'tutti-who')
  await until('Ann in the list', () => ben.eval(`(and (string-match-p "owner *two.txt" (with-current-buffer "*tutti people*" (buffer-string))) t)`))
  await ben.type(['RET'])
  await shows(ben, 'two.txt', 40)
  await until('the going to be over', () => ben.eval('(null tutti-follow-whom)'))
  await ben.eval('(progn (delete-other-windows) nil)')
  await mx(ben, 'tutti-follow')
  await hears(ben, '; any key stops')
  await ann.type(['M->'], ['C-p'])
  await shows(ben, 'two.txt', 60)
  await ann.eval(`(progn (find-file ${quoted(join(project, 'one.txt'))}) (goto-char (point-max)) nil)`)
  await ann.type(['C-b'])
  await shows(ben, 'one.txt', 1)
  await ben.type(['C-f'])
  await hears(ben, 'Tutti: not following')
  await mx(ben, 'tutti-status')
  await hears(ben, 'Tutti: online in project, as editor; 0 pending')

  for (const [file, why] of [['large.txt', 'is larger than 16 MiB'], ['link.txt', 'is a symbolic link out of the shared folder'], ['latin.txt', 'is not UTF-8']]) {
    await ann.eval(`(progn (find-file ${quoted(join(project, file))}) nil)`)
    await hears(ann, why)
  }
  await ann.eval(`(progn (find-file ${quoted(join(project, 'new.txt'))}) nil)`)
  await ann.type('a new file', ['C-x'], ['C-s'])
  await until('the new file at Ben', () => existsSync(join(ben.home, 'mine/new.txt')) && readFileSync(join(ben.home, 'mine/new.txt'), 'utf8') === 'a new file')
  await mx(ann, 'tutti-copy-link')
  await hears(ann, 'copied. The link is in the kill ring')

  // The server dies, and Emacs ends: what was typed is there
  await ben.eval('(progn (find-file "~/mine/one.txt") (goto-char (point-min)) nil)')
  const before = await ben.eval('(process-id (jsonrpc--process tutti-connection--rpc))')
  process.kill(before, 'SIGKILL')
  await ben.type('typed meanwhile ')
  await until('another server', () => ben.eval(`(and (tutti-connection-ready-p) (/= ${before} (process-id (jsonrpc--process tutti-connection--rpc))))`))
  await ann.eval(`(progn (find-file ${quoted(join(project, 'one.txt'))}) nil)`)
  await holds(ann, 'typed meanwhile mine first\n')
  await mx(ben, 'tutti-leave')
  await hears(ben, 'left the session. The files stay')
  check('a buffer of a session that was left is private', await ben.eval('(null tutti-mode)'))
  await ann.type(['C-a'], 'last words ')
  ann.eval('(progn (set-buffer-modified-p nil) (kill-emacs))').catch(() => null)
  await ann.child.ended
  say('share, join, undo, who, follow, status, leave: each does what it says')
  for (const one of [ann, ben]) await one.stop()
})

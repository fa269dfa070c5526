// Two people: a hub, a folder that one shares and the other joins, and an editor in each. What most tests begin with.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Neovim, versions} from './nvim.mjs'
import {scratch, say} from './process.mjs'
import {Folder, Hub} from './session.mjs'
import {audit} from './typist.mjs'
import {until} from './wait.mjs'

function editorOf(program, who, home) {
  const log = join(home, 'editor.log')
  return typeof program === 'function' ? program(who, home, log) : new Neovim(who, home, program, log)
}

export class Pair {
  /** What of a text is compared, where an editor cannot hold all of it. */
  heldAs = null

  /** @param fill called with A's folder before it is shared
   *  @param programs of each: a Neovim's, or what makes another editor of (name, home, log); `through` is where the hub's link leads B */
  static async start(name, fill, programs = [versions.old, versions.old], through = (link) => link) {
    const pair = new Pair()
    pair.folder = scratch(name)
    pair.hub = new Hub(join(pair.folder, 'hub'))
    mkdirSync(pair.hub.folder, {recursive: true})
    await pair.hub.start()
    pair.people = ['A', 'B'].map((who, i) => {
      const home = join(pair.folder, who)
      const folder = join(home, 'project')
      mkdirSync(folder, {recursive: true})
      return {who, folder: new Folder(who, folder, home, join(home, 'tutti.log')), editor: editorOf(programs[i], who, home)}
    })
    const [a, b] = pair.people
    fill(a.folder.folder)
    pair.link = await a.folder.share(pair.hub)
    await b.folder.join(await through(pair.link, pair.hub))
    return pair
  }

  async open(path) {
    this.path = path
    this.before = readFileSync(this.disk(0), 'utf8')
    for (const {editor, folder} of this.people) {
      await editor.start()
      await editor.open(join(folder.folder, path))
    }
  }

  disk(i) {
    return join(this.people[i].folder.folder, this.path)
  }

  /** Both type at once until `enough()`; `meanwhile` is called between edits of the first. Who typed before goes on. */
  async type(seed, enough, {pace = 12, meanwhile = async () => {}} = {}) {
    this.typists ??= this.people.map(({editor}, i) => editor.typist(seed + i, ['ABCDEFGHIJKLM', 'NOPQRSTUVWXYZ'][i]))
    const work = async (typist, i) => {
      while (!enough(this.edits)) {
        await typist.edit()
        if (i === 0) await meanwhile()
        await new Promise((resolve) => setTimeout(resolve, typist.random.below(2 * pace))) // the pace of fingers, not a wait
      }
    }
    await Promise.all(this.typists.map(work))
  }

  get edits() {
    return this.typists.reduce((sum, typist) => sum + typist.edits, 0)
  }

  /** Waits until both buffers and the hub hold the same text and nothing is on its way; returns it. */
  async converge(limitMs = 60_000) {
    const [a, b] = this.people
    let texts
    try {
      return await until('both buffers and the hub to hold the same text', async () => {
        if (!(await a.editor.settled()) || !(await b.editor.settled())) return false
        texts = [await a.editor.text(), await b.editor.text(), await a.folder.hubText(this.path)]
        const [first, ...others] = texts.map(this.heldAs ?? ((t) => t))
        return others.every((other) => other === first) ? {text: texts[0]} : false
      }, limitMs)
    } catch (error) {
      say(`A has ${texts?.[0]?.length}, B ${texts?.[1]?.length}, the hub ${texts?.[2]?.length} characters; kept: ${this.folder}`)
      for (const {who, editor} of this.people) say(`${who} says: ${await editor.trouble()}`)
      process.env.TUTTI_KEEP = '1'
      throw error
    }
  }

  /** Saves in both editors, then both files must hold the same bytes: what `encode` makes of the text. */
  async saved(text, encode = (t) => Buffer.from(t)) {
    for (const {editor} of this.people) await editor.save()
    const bytes = encode(text)
    const holds = (disk) => (this.heldAs ? this.heldAs(disk.toString()) === this.heldAs(text) : disk.equals(bytes))
    await until('both disks to hold the text', () => [0, 1].every((i) => holds(readFileSync(this.disk(i)))))
  }

  /** Faults in the text; where there are some, what everybody did is kept beside the logs. */
  audit(text) {
    const faults = audit(text, this.before, this.typists)
    if (faults.length > 0) {
      const diaries = this.typists.map((typist) => ({who: typist.name, diary: typist.diary}))
      writeFileSync(join(this.folder, 'diary.json'), JSON.stringify({before: this.before, text, diaries}, null, 1))
      say(`what everybody did: ${join(this.folder, 'diary.json')}`)
      process.env.TUTTI_KEEP = '1'
    }
    return faults
  }

  async stop() {
    for (const {editor, folder} of this.people) {
      if (editor.child) await editor.stop()
      if (folder.child) await folder.stop()
    }
    await this.hub.stop()
  }
}

// Two people: a hub, a folder that one shares and the other joins, and a Neovim in each. What most tests begin with.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Neovim, versions} from './nvim.mjs'
import {scratch, say} from './process.mjs'
import {Folder, Hub} from './session.mjs'
import {audit, Typist} from './typist.mjs'
import {until} from './wait.mjs'

export class Pair {
  /** @param fill called with A's folder before it is shared */
  static async start(name, fill, programs = [versions.old, versions.old]) {
    const pair = new Pair()
    pair.folder = scratch(name)
    pair.hub = new Hub(join(pair.folder, 'hub'))
    mkdirSync(pair.hub.folder, {recursive: true})
    await pair.hub.start()
    pair.people = ['A', 'B'].map((who, i) => {
      const home = join(pair.folder, who)
      const folder = join(home, 'project')
      mkdirSync(folder, {recursive: true})
      return {who, folder: new Folder(who, folder, home, join(home, 'tutti.log')), neovim: new Neovim(who, home, programs[i], join(home, 'nvim.log'))}
    })
    const [a, b] = pair.people
    fill(a.folder.folder)
    pair.link = await a.folder.share(pair.hub)
    await b.folder.join(pair.link)
    return pair
  }

  async open(path) {
    this.path = path
    this.before = readFileSync(this.disk(0), 'utf8')
    for (const {neovim, folder} of this.people) {
      await neovim.start()
      await neovim.open(join(folder.folder, path))
    }
  }

  disk(i) {
    return join(this.people[i].folder.folder, this.path)
  }

  /** Both type at once until `enough()`; `meanwhile` is called between edits of the first. */
  async type(seed, enough, {pace = 12, meanwhile = async () => {}} = {}) {
    this.typists = this.people.map(({neovim}, i) => new Typist(neovim, seed + i, ['ABCDEFGHIJKLM', 'NOPQRSTUVWXYZ'][i]))
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
        if (!(await a.neovim.settled()) || !(await b.neovim.settled())) return false
        texts = [await a.neovim.text(), await b.neovim.text(), await a.folder.hubText(this.path)]
        return texts[0] === texts[1] && texts[1] === texts[2] ? {text: texts[0]} : false
      }, limitMs)
    } catch (error) {
      say(`A has ${texts?.[0]?.length}, B ${texts?.[1]?.length}, the hub ${texts?.[2]?.length} characters; kept: ${this.folder}`)
      for (const {who, neovim} of this.people) say(`${who} says: ${await neovim.trouble()}`)
      process.env.TUTTI_KEEP = '1'
      throw error
    }
  }

  /** Saves in both editors, then both files must hold the same bytes: what `encode` makes of the text. */
  async saved(text, encode = (t) => Buffer.from(t)) {
    for (const {neovim} of this.people) await neovim.save()
    const bytes = encode(text)
    await until('both disks to hold the text', () => [0, 1].every((i) => readFileSync(this.disk(i)).equals(bytes)))
  }

  /** Faults in the text; where there are some, what everybody did is kept beside the logs. */
  audit(text) {
    const faults = audit(text, this.before, this.typists)
    if (faults.length > 0) {
      const diaries = this.typists.map((typist) => ({who: typist.neovim.name, diary: typist.diary}))
      writeFileSync(join(this.folder, 'diary.json'), JSON.stringify({before: this.before, text, diaries}, null, 1))
      say(`what everybody did: ${join(this.folder, 'diary.json')}`)
      process.env.TUTTI_KEEP = '1'
    }
    return faults
  }

  async stop() {
    for (const {neovim, folder} of this.people) {
      if (neovim.child) await neovim.stop()
      if (folder.child) await folder.stop()
    }
    await this.hub.stop()
  }
}

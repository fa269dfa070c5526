// Some people in one session: a hub, a folder that the first shares and the others join, and an editor in each. What most tests begin
// with. Any editor can take part that has this:
//
//   Editor  start() · stop() · child           the program
//           open(path)                         shows the file, and answers once it is linked
//           text()                             the whole file as a save would write it, with LF line ends
//           settled()                          whether everything typed here is safe on the hub's disk
//           save() · trouble()                 writes the file · what it has to complain of
//           plain                              whether nothing of ours is in it: it cannot tell when it is linked, nor what is safe, and
//                                              its undo keys take back what others wrote as well
//           holds(text)                        what of a text it can hold; need not be there
//           hands()                            what somebody who types without looking does here:
//   Hands   word(dice, text) · line(dice, text) · paste(dice, lines)      at a random place outside of tokens
//           join(dice)                         a line with the next one
//           rub(dice) · replace(dice, text)    a stretch of filler; `replace` answers false when it found none
//           undo() · redo()                    by the person's usual keys; need not be there if it is plain
//           move(dice)                         a line by one; need not be there
//
// `dice` are three random numbers, so that a seed makes the same plan in any editor.
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {Neovim, versions} from './nvim.mjs'
import {scratch, say} from './process.mjs'
import {Folder, Hub} from './session.mjs'
import {audit, Typist} from './typist.mjs'
import {patienceMs, until} from './wait.mjs'

function editorOf(program, who, home) {
  const log = join(home, 'editor.log')
  return typeof program === 'function' ? program(who, home, log) : new Neovim(who, home, program, log)
}

const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ']
/** Capital letters of one of so many people, their own name's among them, as in the tokens they paste. */
const capitalsOf = (name, count) => letters.filter((_, at) => at % count === letters.indexOf(name) % count).join('')

export class Company {
  /** @param fill called with A's folder before it is shared
   *  @param programs of each: a Neovim's, or what makes another editor of (name, home, log); null: a folder without an editor
   *  @param through where the hub's link leads each of the others
   *  @param mates who sits at the folder of whom, by number: the same person's, at two editors */
  static async start(name, fill, programs = [versions.old, versions.old], through = (link) => link, mates = {}) {
    const company = new Company()
    company.folder = scratch(name)
    company.hub = new Hub(join(company.folder, 'hub'))
    mkdirSync(company.hub.folder, {recursive: true})
    await company.hub.start()
    const folders = programs.map((_, i) => {
      const who = letters[i], home = join(company.folder, who), folder = join(home, 'project')
      mkdirSync(folder, {recursive: true})
      return new Folder(who, folder, home, join(home, 'tutti.log'))
    })
    company.people = programs.map((program, i) => {
      const own = folders[i]
      return {who: own.name, folder: folders[mates[i] ?? i], mate: i in mates, editor: program && editorOf(program, own.name, own.home)}
    })
    const [first, ...others] = company.people.filter(({mate}) => !mate)
    fill(first.folder.folder)
    company.link = await first.folder.share(company.hub)
    for (const {folder} of others) await folder.join(await through(company.link))
    return company
  }

  get editors() {
    return this.people.map(({editor}) => editor).filter((editor) => editor)
  }

  async open(path) {
    this.path = path
    this.before = readFileSync(this.disk(0), 'utf8')
    for (const {editor, folder} of this.people) {
      await editor?.start()
      await editor?.open(join(folder.folder, path))
      if (editor?.plain) await until(`${editor.name}'s server to have the file`, () => folder.hasOpenFiles())
    }
  }

  disk(i) {
    return join(this.people[i].folder.folder, this.path)
  }

  /** Somebody at each editor, who types by a plan of their own. */
  seat(seed, {undoes = false} = {}) {
    this.typists = this.editors.map((editor, i, all) => new Typist(editor, seed + i, capitalsOf(editor.name, all.length), {undoes: undoes && !editor.plain}))
  }

  /** A word in each plain editor, one after the other, the last to start first, each waited for at the hub: what others write between
   *  the moment in which it reads the file and that in which it has joined would count as taken out by its person. */
  async greet() {
    for (const typist of this.typists.filter(({editor}) => editor.plain).reverse()) {
      await typist.word() // any other edit may find nothing to change
      await this.converge()
    }
  }

  /** What of a text all editors can hold. */
  heldAs(text) {
    return this.editors.reduce((held, editor) => editor.holds?.(held) ?? held, text)
  }

  /** All type at once until `enough(edits of all, typist)`; `meanwhile` is called between edits of the first. */
  async type(enough, {pace = [0, 24], meanwhile = async () => {}} = {}) {
    const [least, most] = pace
    const work = async (typist, i) => {
      while (!enough(this.edits, typist)) {
        await typist.edit()
        if (i === 0) await meanwhile()
        await new Promise((resolve) => setTimeout(resolve, least + typist.random.below(most - least))) // the pace of fingers, not a wait
      }
    }
    await Promise.all(this.typists.map(work))
  }

  get edits() {
    return this.typists.reduce((sum, typist) => sum + typist.edits, 0)
  }

  /** Waits until all buffers and the hub hold the same text and nothing is on its way; returns it, and who had it `last`. */
  async converge(limitMs = patienceMs) {
    let texts = [], last = []
    try {
      return await until('all buffers and the hub to hold the same text', async () => {
        for (const editor of this.editors) if (!(await editor.settled())) return false
        texts = [await this.people[0].folder.hubText(this.path)]
        for (const editor of this.editors) texts.push(await editor.text())
        const [first, ...others] = texts.map((text) => text && this.heldAs(text))
        const behind = this.editors.filter((_, i) => others[i] !== first)
        if (behind.length > 0) last = behind
        return behind.length === 0 ? {text: texts[0], last: last.map(({name}) => name)} : false
      }, limitMs)
    } catch (error) {
      await this.#explain(texts)
      throw error
    }
  }

  async #explain([hub, ...texts]) {
    process.env.TUTTI_KEEP = '1'
    say(`the hub has ${hub?.length} characters, the editors ${texts.map((text) => text?.length).join(', ')}; kept: ${this.folder}`)
    writeFileSync(join(this.folder, 'texts.json'), JSON.stringify([hub, ...texts]))
    for (const editor of this.editors) say(`${editor.name} says: ${await editor.trouble()}`)
  }

  /** Saves in all editors, then all files must hold the same bytes: what `encode` makes of the text. */
  async saved(text, encode = (t) => Buffer.from(t)) {
    for (const editor of this.editors) await editor.save()
    const held = (bytes) => Buffer.from(this.heldAs(bytes.toString('latin1')), 'latin1')
    const bytes = held(encode(text))
    await until('all disks to hold the text', () => this.people.every((_, i) => held(readFileSync(this.disk(i))).equals(bytes)))
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
      if (editor?.child) await editor.stop()
      if (folder.child) await folder.stop()
    }
    await this.hub.stop()
  }
}

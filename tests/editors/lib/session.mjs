// A hub, a shared folder and people who joined it, as a user would start them.
import {existsSync, readFileSync, readdirSync} from 'node:fs'
import {join} from 'node:path'
import {bin, environment, firstLine, say, start, stop} from './process.mjs'

export class Hub {
  constructor(folder) {
    this.folder = folder
    this.home = join(folder, 'home')
    this.data = join(folder, 'data')
  }
  async start() {
    this.child = start(join(bin, 'tutti-hub'), ['serve', '--listen', `127.0.0.1:${this.port ?? 0}`, '--data', this.data],
      {env: environment(this.home), log: join(this.folder, 'hub.log')})
    const {url} = JSON.parse(await firstLine(this.child, 'tutti-hub'))
    this.url = url
    this.port = Number(new URL(url).port)
  }
  /** SIGKILL and a new process on the same data: what a crash is. */
  async crash() {
    await stop(this.child, 'SIGKILL')
    await this.start()
  }
  stop() {
    return stop(this.child)
  }
  get ownerToken() {
    return readFileSync(join(this.data, 'owner.token'), 'utf8').trim()
  }
}

/** One person's folder, kept in step by `tutti share` or `tutti join`. */
export class Folder {
  constructor(name, folder, home, log) {
    Object.assign(this, {name, folder, home, log})
  }
  async share(hub) {
    this.child = start(join(bin, 'tutti'), ['share', this.folder, '--hub', hub.url, '--as', this.name],
      {env: environment(this.home, {TUTTI_TOKEN: hub.ownerToken}), log: this.log})
    return await firstLine(this.child, 'tutti share')
  }
  async join(link) {
    const once = start(join(bin, 'tutti'), ['join', link, this.folder, '--as', this.name, '--once'], {env: environment(this.home, {TUTTI_ACCEPT_GUARDED: 'true'}), log: this.log})
    once.stdout.resume()
    const {code} = await once.ended
    if (code !== 0) throw new Error(`tutti join ended with code ${code}; see ${this.log}`)
    this.child = start(join(bin, 'tutti'), ['sync', this.folder], {env: environment(this.home, {TUTTI_ACCEPT_GUARDED: 'true'}), log: this.log})
    this.child.stdout.resume()
  }
  stop() {
    return stop(this.child)
  }
  /** Whether an editor has told its server of a file here: from then on nobody else writes that file. */
  hasOpenFiles() {
    const marks = join(this.folder, '.tutti/open')
    return existsSync(marks) && readdirSync(marks).length > 0
  }
  get session() {
    return JSON.parse(readFileSync(join(this.folder, '.tutti/session.json'), 'utf8'))
  }
  /** A file's bytes as the hub has them, as text with LF. */
  async hubText(path) {
    const {hub, session, token} = this.session
    const response = await fetch(`${hub}/api/v1/collaboration/sessions/${session}/files/${path.split('/').map(encodeURIComponent).join('/')}`,
      {headers: {authorization: `Bearer ${token}`}})
    if (!response.ok) {
      say(`hub answered ${response.status} for ${path}`)
      return null
    }
    return await response.text()
  }
}

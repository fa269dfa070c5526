// The other end of probe/probe.js: windows call in, and are found by the folder that they show.
import {createServer} from 'node:net'
import readline from 'node:readline'
import {until} from './wait.mjs'

class Caller {
  constructor(socket) {
    Object.assign(this, {socket, serial: 0, waiting: new Map()})
    socket.on('close', () => {
      for (const {reject} of this.waiting.values()) reject(new Error('the window is gone'))
    })
  }
  answered({id, result, error}) {
    const {resolve, reject} = this.waiting.get(id) ?? {}
    if (!resolve) return
    this.waiting.delete(id)
    if (error) reject(new Error(error))
    else resolve(result)
  }
  run(code, args) {
    const id = ++this.serial
    this.socket.write(JSON.stringify({id, code, args}) + '\n')
    return new Promise((resolve, reject) => {
      this.waiting.set(id, {resolve, reject})
      // A dialog that nobody answers would keep a call for ever.
      setTimeout(() => reject(new Error(`no answer within a minute to ${code} ${JSON.stringify(args)}`)), 60_000).unref()
    })
  }
}

export class Switchboard {
  constructor(path) {
    this.path = path
    this.callers = new Map()
  }
  async start() {
    this.server = createServer((socket) => {
      socket.on('error', () => {})
      const caller = new Caller(socket)
      readline.createInterface({input: socket}).on('line', (line) => {
        const message = JSON.parse(line)
        if (message.folder !== undefined) this.callers.set(message.folder, caller)
        else caller.answered(message)
      })
    })
    await new Promise((resolve) => this.server.listen(this.path, resolve))
  }
  /** The window that shows this folder, once its extensions run. */
  caller(folder) {
    return until(`a window with ${folder}`, () => this.callers.get(folder), 90_000)
  }
  stop() {
    this.server?.close()
  }
}

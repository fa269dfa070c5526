// A line to the hub that is as slow as told, and that can be cut: bytes go through in order, each so much later.
import {connect, createServer} from 'node:net'

export class SlowLine {
  constructor() {
    Object.assign(this, {delayMs: 0, pairs: new Set()})
  }

  /** Returns the link as it is through this line. */
  async lead(link) {
    const url = new URL(link)
    this.server = createServer((near) => this.#join(near, connect(Number(url.port), url.hostname)))
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    url.port = String(this.server.address().port)
    return url.href
  }

  #join(near, far) {
    const pair = [near, far]
    this.pairs.add(pair)
    const end = () => {
      this.pairs.delete(pair)
      pair.forEach((socket) => socket.destroy())
    }
    for (const [from, to] of [[near, far], [far, near]]) {
      from.on('data', (bytes) => this.#later(() => to.destroyed || to.write(bytes)))
      from.on('close', () => this.#later(end))
      from.on('error', () => {})
    }
  }
  // Half of the time there and half of it back. A shorter delay must not let bytes overtake those under way.
  #later(does) {
    const due = Math.max(performance.now() + this.delayMs / 2, this.last ?? 0)
    this.last = due
    setTimeout(does, due - performance.now())
  }

  /** Everybody on the line is off it; they may come again. */
  cut() {
    for (const pair of this.pairs) pair.forEach((socket) => socket.destroy())
  }
  stop() {
    this.server?.close()
    this.cut()
  }
}

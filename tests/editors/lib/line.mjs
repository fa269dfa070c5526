// A line between a participant and the hub that is as slow as told, and that can be cut: bytes go through in order, each so much later.
import {connect, createServer} from 'node:net'

export class Line {
  /** @param delayMs of each direction */
  constructor(delayMs = 0) {
    Object.assign(this, {delayMs, pairs: new Set(), due: [], cuts: 0})
  }

  /** Returns the link as it is through this line. */
  async lead(link) {
    const url = new URL(link)
    const {port, hostname} = url
    this.server = createServer((near) => this.#join(near, connect(Number(port), hostname)))
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    url.port = String(this.server.address().port)
    return url.href
  }

  #join(near, far) {
    const pair = [near, far]
    this.pairs.add(pair)
    for (const [from, to] of [[near, far], [far, near]]) {
      from.setNoDelay(true)
      from.on('data', (bytes) => this.#later(() => to.destroyed || to.write(bytes)))
      from.on('end', () => this.#later(() => to.end()))
      from.on('error', () => to.destroy())
      from.on('close', () => this.pairs.delete(pair))
    }
  }
  // In order, also when the line becomes faster.
  #later(does) {
    this.due.push({at: performance.now() + this.delayMs, does})
    if (this.due.length === 1) this.#wait()
  }
  #wait() {
    setTimeout(() => {
      do this.due.shift().does()
      while (this.due.length > 0 && this.due[0].at <= performance.now())
      if (this.due.length > 0) this.#wait()
    }, this.due[0].at - performance.now())
  }

  /** Everybody on the line is off it, and what is on it is lost; they may come again. */
  cut() {
    this.cuts++
    for (const pair of this.pairs) pair.forEach((socket) => socket.destroy())
  }
  stop() {
    this.server?.close()
    this.cut()
  }
}

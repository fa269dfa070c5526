// A bad road between a participant and the hub: every byte comes late, and the road can be cut.
import {connect, createServer} from 'node:net'

export class Road {
  /** @param delayMs of each direction */
  constructor(delayMs) {
    this.delayMs = delayMs
    this.cars = new Set()
    this.cuts = 0
  }
  /** The link, by way of this road. */
  async lead(link) {
    const hub = new URL(link)
    this.target = {host: hub.hostname, port: Number(hub.port)}
    this.server = createServer((near) => this.#drive(near))
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve))
    hub.port = String(this.server.address().port)
    return hub.href
  }
  #drive(near) {
    const far = connect(this.target)
    const pair = {near, far}
    this.cars.add(pair)
    const later = (work) => setTimeout(work, this.delayMs)
    const end = () => {
      near.destroy()
      far.destroy()
      this.cars.delete(pair)
    }
    for (const [from, to] of [[near, far], [far, near]]) {
      from.setNoDelay(true)
      from.on('data', (bytes) => later(() => to.writable && to.write(bytes)))
      from.on('end', () => later(() => to.end()))
      from.on('error', end)
      from.on('close', () => later(end)) // behind what is still on the road
    }
  }
  /** What is on the road is lost; the next try gets through. */
  cut() {
    this.cuts++
    for (const {near, far} of this.cars) {
      near.destroy()
      far.destroy()
    }
  }
  stop() {
    this.server?.close()
    this.cut()
  }
}

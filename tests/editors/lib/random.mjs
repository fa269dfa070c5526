// Seeded randomness, so that a failing run can be typed again. (splitmix32)

export class Random {
  constructor(seed) {
    this.state = seed >>> 0
  }
  next() {
    this.state = (this.state + 0x9e3779b9) >>> 0
    let z = this.state
    z = Math.imul(z ^ (z >>> 16), 0x21f0aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a2d97)
    return (z ^ (z >>> 15)) >>> 0
  }
  below(bound) {
    return bound === 0 ? 0 : this.next() % bound
  }
  pick(list) {
    return list[this.below(list.length)]
  }
  text(alphabet, length) {
    let text = ''
    for (let i = 0; i < length; i++) text += alphabet[this.below(alphabet.length)]
    return text
  }
}

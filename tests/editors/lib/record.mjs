// `node record.mjs PROGRAM ARGUMENTS… --record FILE`: a language server that writes down what goes in and out, one message a line with
// its time, for whoever looks for a lost letter. See `recorded` in plain.mjs.
import {spawn} from 'node:child_process'
import {createWriteStream} from 'node:fs'

const [, , ...words] = process.argv
const file = words.at(-1)
const server = spawn(words[0], words.slice(1, -2), {stdio: ['pipe', 'pipe', 'inherit']})
const out = createWriteStream(file, {flags: 'a'})

/** Calls `each` with the body of every message in a stream of bytes. */
function bodies(each) {
  let rest = Buffer.alloc(0)
  return (bytes) => {
    rest = Buffer.concat([rest, bytes])
    for (;;) {
      const head = rest.indexOf('\r\n\r\n')
      const length = head < 0 ? NaN : Number(/Content-Length: (\d+)/i.exec(rest.toString('latin1', 0, head))?.[1])
      if (!(rest.length >= head + 4 + length)) return
      each(rest.toString('utf8', head + 4, head + 4 + length))
      rest = rest.subarray(head + 4 + length)
    }
  }
}

function pass(from, to, arrow) {
  const note = bodies((body) => out.write(`${Math.round(performance.timeOrigin + performance.now())} ${arrow} ${body}\n`))
  from.on('data', (bytes) => {
    to.write(bytes)
    note(bytes)
  })
  from.on('end', () => to.end())
}
pass(process.stdin, server.stdin, '>')
pass(server.stdout, process.stdout, '<')
server.on('exit', (code) => process.exit(code ?? 1))

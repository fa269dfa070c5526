// Runs code that comes on a socket, one line of JSON for each call and each answer. `tutti` is what the extension under test
// gives to other extensions.
const net = require('node:net')
const vscode = require('vscode')

const AsyncFunction = (async () => {}).constructor
const state = {} // outlives a call

async function answer({id, code, args}) {
  try {
    const extension = vscode.extensions.getExtension('tutti.tutti')
    const tutti = extension?.isActive ? extension.exports : undefined
    return {id, result: await new AsyncFunction('vscode', 'tutti', 'state', 'args', code)(vscode, tutti, state, args)}
  } catch (error) {
    return {id, error: String(error?.stack ?? error)}
  }
}

exports.activate = () => {
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? ''
  const socket = net.connect(process.env.TUTTI_PROBE)
  socket.on('error', () => {})
  socket.write(JSON.stringify({folder}) + '\n')
  let rest = ''
  socket.on('data', (data) => {
    const lines = (rest + data).split('\n')
    rest = lines.pop()
    for (const line of lines) answer(JSON.parse(line)).then((reply) => socket.write(JSON.stringify(reply) + '\n'))
  })
}

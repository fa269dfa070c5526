// The rival's server as its manual starts it, on loopback and a free port; the first line that it prints says where.
import {Server} from '@hocuspocus/server'

const server = new Server({address: '127.0.0.1', port: 0, quiet: true})
await server.listen()
process.stdout.write(JSON.stringify({url: `ws://127.0.0.1:${server.address.port}`}) + '\n')

/** A server that speaks MongoDB's wire protocol, on a free port of this machine; prints the port and goes on. */
import { freePort } from '../../support/running-product.ts'

// By its file: the package's front door wants parts that are not served.
const file = './node_modules/@push.rocks/smartmongo/dist_ts/congodb/server/CongoServer.js'
const { CongoServer } = await import(file)
const port = await freePort()
await new CongoServer({ host: '127.0.0.1', port }).start()
process.stdout.write(`${port}\n`)

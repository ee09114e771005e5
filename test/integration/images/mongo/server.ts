/** `server.ts HOST PORT`: a server that speaks MongoDB's wire protocol. It says so when it listens, and goes on. */
// By its file: the package's front door wants parts that are not served.
const file = './node_modules/@push.rocks/smartmongo/dist_ts/congodb/server/CongoServer.js'
const { CongoServer } = await import(file)
const [host = '127.0.0.1', port] = process.argv.slice(2)
await new CongoServer({ host, port: Number(port) }).start()
process.stdout.write(`listening on ${host}:${port}\n`)

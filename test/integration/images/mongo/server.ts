/** `server.ts HOST PORT`: runs a server with MongoDB's wire protocol and prints a line once it listens. */
// Imported by file: the package's entry point needs packages that are not installed.
const file = './node_modules/@push.rocks/smartmongo/dist_ts/congodb/server/CongoServer.js'
const { CongoServer } = await import(file)
const [host = '127.0.0.1', port] = process.argv.slice(2)
await new CongoServer({ host, port: Number(port) }).start()
process.stdout.write(`listening on ${host}:${port}\n`)

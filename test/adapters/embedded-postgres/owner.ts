/** Owns an embedded database until SIGTERM, as the product does. */
import {
  EmbeddedPostgresError,
  startEmbeddedPostgres,
} from '../../../src/adapters/embedded-postgres/embedded-postgres.ts'

const print = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`)

try {
  const [dataDirectory = ''] = process.argv.slice(2)
  const { stop, ...started } = await startEmbeddedPostgres({ dataDirectory })
  process.once('SIGTERM', () => stop().then(() => process.exit(0)))
  print(started)
  setInterval(() => undefined, 60_000)
} catch (error) {
  if (!(error instanceof EmbeddedPostgresError)) throw error
  print({ rejected: error.code, message: error.message, cause: String(error.cause) })
}

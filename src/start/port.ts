import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Whether the web server will be able to listen: asked before anything that takes its time.
 * @throws {Error} as listening does.
 */
export async function demandPort({
  host,
  port,
}: {
  readonly host: string
  readonly port: number
}): Promise<void> {
  const server = createServer().listen({ host, port })
  await once(server, 'listening')
  server.close()
  await once(server, 'close')
}

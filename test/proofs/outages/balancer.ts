import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { Test } from 'tap'

/**
 * What stands before the web processes, in so far as deploy/proxy does it, too: lines are kept for four seconds, a process
 * that refuses to be called is passed over, and of requests whose line broke before the answer a GET alone is sent again
 * (Caddy, reverse_proxy, lb_retry_match). Such a line may be one that the kernel had taken and the process, which was just
 * closing, had not.
 */
export async function aBalancer(t: Test, ports: readonly number[]): Promise<{ readonly port: number }> {
  const agent = new Agent({ keepAlive: true, timeout: 4000, maxFreeSockets: 200 })
  let turn = 0
  const server = createServer(async (incoming, answer) => {
    turn += 1
    pass(incoming, await buffer(incoming), answer, turn, ports.length * 20)
  }).listen(0, '127.0.0.1')
  const pass = (
    { method, url, headers }: IncomingMessage,
    body: Buffer,
    answer: ServerResponse,
    at: number,
    tries: number,
  ): void => {
    const port = ports[at % ports.length]
    const outgoing = request({ agent, host: '127.0.0.1', port, method, path: url, headers }, response => {
      answer.writeHead(response.statusCode ?? 502, response.headers)
      response.pipe(answer)
    })
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const mayBeSent = error.code === 'ECONNREFUSED' || (method === 'GET' && !answer.headersSent)
      if (mayBeSent && tries > 0) {
        setTimeout(
          () => pass({ method, url, headers } as IncomingMessage, body, answer, at + 1, tries - 1),
          100,
        )
        return
      }
      if (answer.headersSent) answer.destroy()
      else answer.writeHead(502).end(`the request was lost: ${error.code}`)
    })
    outgoing.end(body)
  }
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
    agent.destroy()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port }
}

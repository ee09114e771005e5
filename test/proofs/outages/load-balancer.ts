import { once } from 'node:events'
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'

/**
 * A load balancer like deploy/proxy: connections are kept for four seconds, health is checked every second, and a
 * process that rejects a connection is skipped. A request whose connection breaks is lost, because it may have been
 * processed.
 */
export async function startLoadBalancer(
  t: Test,
  ports: readonly number[],
): Promise<{ readonly port: number }> {
  const agent = new Agent({ keepAlive: true, timeout: 4000, maxFreeSockets: 200 })
  const unhealthyPorts = new Set<number>()
  const stopping = new AbortController()
  const healthChecks = ports.map(async port => {
    while (!stopping.signal.aborted) {
      const health = await fetch(`http://127.0.0.1:${port}/readyz/process`).catch(() => null)
      if (health?.status === 200) unhealthyPorts.delete(port)
      else unhealthyPorts.add(port)
      await sleep(1000)
    }
  })
  let requestCount = 0
  const server = createServer(async (incomingRequest, response) => {
    requestCount += 1
    forward(incomingRequest, await buffer(incomingRequest), response, requestCount, ports.length * 20)
  }).listen(0, '127.0.0.1')
  const forward = (
    { method, url, headers }: IncomingMessage,
    body: Buffer,
    response: ServerResponse,
    requestNumber: number,
    triesLeft: number,
  ): void => {
    const healthyPorts = ports.filter(port => !unhealthyPorts.has(port))
    const port = healthyPorts[requestNumber % healthyPorts.length] ?? ports[requestNumber % ports.length]
    const upstreamRequest = request(
      { agent, host: '127.0.0.1', port, method, path: url, headers },
      upstreamResponse => {
        response.writeHead(upstreamResponse.statusCode ?? 502, upstreamResponse.headers)
        upstreamResponse.pipe(response)
      },
    )
    upstreamRequest.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED' && triesLeft > 0) {
        setTimeout(
          () =>
            forward(
              { method, url, headers } as IncomingMessage,
              body,
              response,
              requestNumber + 1,
              triesLeft - 1,
            ),
          100,
        )
        return
      }
      if (response.headersSent) response.destroy()
      else response.writeHead(502).end(`the request was lost: ${error.code}`)
    })
    upstreamRequest.end(body)
  }
  await once(server, 'listening')
  t.teardown(async () => {
    stopping.abort()
    await Promise.all(healthChecks)
    server.closeAllConnections()
    server.close()
    agent.destroy()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port }
}

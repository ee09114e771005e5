import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/**
 * Below the ports that systems give to outgoing connections (32768 on Linux), and apart from those of embedded databases
 * (20000 on).
 */
const [first, end] = [12_000, 20_000]

/** Another beginning for each process, so that they rarely try the same. */
let next = first + ((process.pid * 37) % (end - first))

/**
 * A TCP port of 127.0.0.1 that nobody uses, for a program that cannot listen on port 0. No other test process is given the
 * same as long as this one lives: it holds the UDP port of the same number.
 */
export async function reservePort(): Promise<number> {
  for (let tried = 0; tried < end - first; tried += 1) {
    const port = next
    next = port + 1 < end ? port + 1 : first
    if ((await holds(port)) && (await isFree(port))) return port
  }
  throw new Error(`there is no free port from ${first} to ${end - 1}`)
}

async function holds(port: number): Promise<boolean> {
  const socket = createSocket('udp4').unref()
  socket.bind({ port, address: '127.0.0.1', exclusive: true })
  return once(socket, 'listening').then(
    () => true,
    () => false,
  )
}

async function isFree(port: number): Promise<boolean> {
  for (const host of ['127.0.0.1', '::1']) {
    const server = createServer().listen({ port, host, exclusive: true })
    const problem = await once(server, 'listening').then(
      () => null,
      error => String(error.code),
    )
    if (problem === 'EADDRINUSE') return false
    // Where there is no IPv6, nobody listens there.
    if (problem === null) await new Promise(resolve => server.close(resolve))
  }
  return true
}

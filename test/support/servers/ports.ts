import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Below the range of outgoing connections (from 32768 on Linux) and apart from embedded databases (from 20000). */
const [first, end] = [12_000, 20_000]

/** Starts at a different port in each process, to avoid collisions. */
let next = first + ((process.pid * 37) % (end - first))

/**
 * Returns a free TCP port of 127.0.0.1, for programs that can't listen on port 0. Other test processes don't get it
 * while this process lives, because it holds the UDP port with the same number.
 */
export async function reservePort(): Promise<number> {
  for (let tries = 0; tries < end - first; tries += 1) {
    const port = next
    next = port + 1 < end ? port + 1 : first
    if ((await tryReserve(port)) && (await isFree(port))) return port
  }
  throw new Error(`there is no free port from ${first} to ${end - 1}`)
}

async function tryReserve(port: number): Promise<boolean> {
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
    // Without IPv6, its address counts as free.
    if (problem === null) await new Promise(resolve => server.close(resolve))
  }
  return true
}

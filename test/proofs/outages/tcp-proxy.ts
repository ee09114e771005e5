import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { reservePort } from '../../support/ports.ts'

/**
 * A TCP proxy to a port of this machine. It can be closed, or accept data and drop it, like a router that lost its
 * state.
 */
export class TcpProxy {
  readonly port: number
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #server: Server
  #isSwallowing = false

  private constructor(target: number, server: Server, port: number) {
    this.#target = target
    this.#server = server
    this.port = port
  }

  static async to(target: number): Promise<TcpProxy> {
    // Reserved, because no one listens there while it is closed.
    const port = await reservePort()
    const wire = new TcpProxy(target, await listening(port), port)
    wire.#serve()
    return wire
  }

  async disconnect(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.closeConnections()
    await closed
  }

  async reconnect(): Promise<void> {
    this.#isSwallowing = false
    if (this.#server.listening) return
    this.#server = await listening(this.port)
    this.#serve()
  }

  /** Drops all data without an error; connections of this time stay dead after {@link reconnect}. */
  dropData(): void {
    this.#isSwallowing = true
    for (const socket of this.#sockets) socket.emit('swallowed')
  }

  /** Closes all connections; accepts new ones. */
  closeConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.disconnect()
  }

  #serve(): void {
    this.#server.on('connection', near => {
      const far = this.#isSwallowing ? null : createConnection(this.#target, '127.0.0.1')
      this.#join(near, far)
      if (far) this.#join(far, near)
      else near.resume()
    })
  }

  #join(from: Socket, to: Socket | null): void {
    this.#sockets.add(from)
    let isDead = to === null
    from.on('swallowed', () => {
      isDead = true
      if (to) from.unpipe(to)
      from.resume()
    })
    from.on('error', () => undefined)
    from.on('close', () => {
      this.#sockets.delete(from)
      if (!isDead) to?.destroy()
    })
    if (to) from.pipe(to)
  }
}

async function listening(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

import { once } from 'node:events'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { reservePort } from '../../support/servers/ports.ts'

/**
 * A TCP proxy to a port of this machine. It can be disconnected, or accept data and drop it, like a router that lost
 * its state.
 */
export class TcpProxy {
  readonly port: number
  readonly #target: number
  readonly #sockets = new Set<Socket>()
  #server: Server
  #isDroppingData = false

  private constructor(target: number, server: Server, port: number) {
    this.#target = target
    this.#server = server
    this.port = port
  }

  static async to(target: number): Promise<TcpProxy> {
    // The port is reserved, because nothing listens on it while the proxy is disconnected.
    const port = await reservePort()
    const proxy = new TcpProxy(target, await listen(port), port)
    proxy.#serve()
    return proxy
  }

  async disconnect(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.closeConnections()
    await closed
  }

  async reconnect(): Promise<void> {
    this.#isDroppingData = false
    if (this.#server.listening) return
    this.#server = await listen(this.port)
    this.#serve()
  }

  /** Drops all data without an error. Connections open at that time stay dead after {@link reconnect}. */
  dropData(): void {
    this.#isDroppingData = true
    for (const socket of this.#sockets) socket.emit('data-dropped')
  }

  /** Closes all connections but accepts new ones. */
  closeConnections(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  async close(): Promise<void> {
    if (this.#server.listening) await this.disconnect()
  }

  #serve(): void {
    this.#server.on('connection', client => {
      const target = this.#isDroppingData ? null : createConnection(this.#target, '127.0.0.1')
      this.#join(client, target)
      if (target) this.#join(target, client)
      else client.resume()
    })
  }

  #join(source: Socket, destination: Socket | null): void {
    this.#sockets.add(source)
    let isDead = destination === null
    source.on('data-dropped', () => {
      isDead = true
      if (destination) source.unpipe(destination)
      source.resume()
    })
    source.on('error', () => undefined)
    source.on('close', () => {
      this.#sockets.delete(source)
      if (!isDead) destination?.destroy()
    })
    if (destination) source.pipe(destination)
  }
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

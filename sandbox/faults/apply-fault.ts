import type { OutgoingHttpHeaders } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyReply } from 'fastify'
import type { DamagedResponse } from './damage.ts'

/** Milliseconds between two bytes: never silent, never done. */
const byteIntervalMilliseconds = 200

/** Slow and broken responses bypass Fastify. */
export function sendDamaged(reply: FastifyReply, departure: DamagedResponse): Buffer | Promise<never> {
  const { status, headers, body, cutAt, trickles } = departure
  reply.code(status).removeHeader('content-length').headers(headers)
  if (cutAt === undefined && !trickles) return body
  reply.raw.writeHead(status, reply.header('content-length', body.length).getHeaders() as OutgoingHttpHeaders)
  if (trickles) void sendByteByByte(reply, body)
  else reply.raw.write(body.subarray(0, cutAt), () => reply.raw.destroy())
  // Never resolves, because Fastify must not send a response too.
  return new Promise(() => undefined)
}

async function sendByteByByte({ raw }: FastifyReply, body: Buffer): Promise<void> {
  for (const byte of body) {
    if (raw.destroyed) return
    raw.write(Buffer.of(byte))
    await wait(byteIntervalMilliseconds, undefined, { ref: false })
  }
  raw.end()
}

import { createReadStream } from 'node:fs'
import { Transform } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { Switches } from '../control/switches.ts'

/** Ends early as if complete, breaks off in the middle, or has changed bytes. */
export function sendFaulty(
  reply: FastifyReply,
  file: string,
  size: number,
  fault: Switches['download']['fault'],
): FastifyReply {
  const half = Math.max(1, Math.floor(size / 2))
  reply.header('content-type', 'binary/octet-stream')
  if (fault === 'truncated') {
    return reply.header('content-length', half).send(createReadStream(file, { end: half - 1 }))
  }
  reply.header('content-length', size)
  if (fault === 'corrupt') return reply.send(createReadStream(file).pipe(damagedAt(half)))
  reply.hijack()
  reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>)
  const start = createReadStream(file, { end: half - 1 })
  start.on('data', chunk => reply.raw.write(chunk))
  start.on('close', () => reply.raw.write('', () => reply.raw.destroy()))
  return reply
}

/** Changes every byte from `place` on, so that decompression fails there. */
function damagedAt(place: number): Transform {
  let position = 0
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const from = Math.max(0, place - position)
      position += chunk.length
      for (let i = from; i < chunk.length; i++) chunk[i] = (chunk[i] ?? 0) ^ 0xff
      done(null, chunk)
    },
  })
}

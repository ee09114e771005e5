import { randomUUID } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import { toJson } from './json.ts'
import { randomLetters } from './signer.ts'

/** Adds the request ids that Amazon's support asks for (docs/product/amazon.md, "Ads API: errors"). */
export function addRequestIds(reply: FastifyReply): void {
  reply.header('x-amz-rid', randomLetters(20)).header('x-amzn-RequestId', randomUUID())
}

export function requestIdOf(reply: FastifyReply): string {
  return String(reply.getHeader('x-amzn-RequestId'))
}

export function ridOf(reply: FastifyReply): string {
  return String(reply.getHeader('x-amz-rid'))
}

/** Without the charset that Fastify would add. */
export function sendJson(
  reply: FastifyReply,
  status: number,
  body: unknown,
  type = 'application/json',
): FastifyReply {
  return reply
    .code(status)
    .header('content-type', type)
    .send(Buffer.from(toJson(body)))
}

export function sendHtml(reply: FastifyReply, status: number, html: string): FastifyReply {
  return reply.code(status).header('content-type', 'text/html; charset=utf-8').send(html)
}

import { createReadStream } from 'node:fs'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { randomLetters } from '../signer.ts'
import type { World } from '../world.ts'
import { sendFaulty } from './download-faults.ts'
import { checkPresignedUrl, reportAt, type SignedQuery, signedAt } from './presigned.ts'
import { type Report, statusOf } from './report.ts'

/** Amazon's report storage: a signed URL is enough, and a second authentication is rejected. */
export function downloadRoutes(app: FastifyInstance, world: World): void {
  app.get<{ Querystring: SignedQuery }>(
    '/download/*',
    { config: { faultyCall: 'download' } },
    async (request, reply) => {
      world.calls.count('download')
      const path = request.url.split('?')[0] ?? ''
      const { authorization } = request.headers
      if (authorization !== undefined) {
        const rule =
          'Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified'
        return refuse(reply, 400, 'InvalidArgument', rule, {
          ArgumentName: 'Authorization',
          ArgumentValue: authorization,
        })
      }
      const fault = world.switchboard.takeDownloadFault()
      const validity = fault === 'expired' ? 'expired' : checkPresignedUrl(world, path, request.query)
      if (validity === 'expired') return expired(world, reply, request.query)
      if (validity === 'early') return refuse(reply, 403, 'AccessDenied', 'Request is not yet valid', {})
      if (validity === 'forged') {
        const rule =
          'The request signature we calculated does not match the signature you provided. Check your key and signing method.'
        return refuse(reply, 403, 'SignatureDoesNotMatch', rule, {})
      }
      const report = reportAt(world, path)
      if (!report || statusOf(report, world.now()) !== 'COMPLETED') {
        return refuse(reply, 404, 'NoSuchKey', 'The specified key does not exist.', { Key: path.slice(1) })
      }
      const file = await world.files.generate(report)
      if (fault !== undefined) return sendFaulty(reply, file, sizeOf(world, report), fault)
      reply.header('content-type', 'binary/octet-stream').header('content-length', sizeOf(world, report))
      return reply.send(createReadStream(file))
    },
  )
}

function sizeOf(world: World, report: Report): number {
  return world.files.sizeOf(report) ?? 0
}

function expired(world: World, reply: FastifyReply, query: SignedQuery): FastifyReply {
  const { 'X-Amz-Expires': seconds = '', 'X-Amz-Date': date = '' } = query
  const end = signedAt(date) + Number(seconds) * 1000
  return refuse(reply, 403, 'AccessDenied', 'Request has expired', {
    'X-Amz-Expires': seconds,
    Expires: Number.isFinite(end) ? new Date(end).toISOString() : '',
    ServerTime: new Date(world.clock()).toISOString(),
  })
}

/** S3's errors are XML (docs/product/amazon.md, "Reporting v3: generation and download"). */
function refuse(
  reply: FastifyReply,
  status: number,
  code: string,
  message: string,
  more: Readonly<Record<string, string>>,
): FastifyReply {
  const elements = { Code: code, Message: message, ...more, RequestId: randomLetters(16), HostId: 'sandbox' }
  const inner = Object.entries(elements).map(
    ([name, value]) => `<${name}>${value.replace(/[<&]/g, '')}</${name}>`,
  )
  return reply
    .code(status)
    .header('content-type', 'application/xml')
    .send(`<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner.join('')}</Error>`)
}

import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { CheckReadiness } from '../../admin/overview/check-readiness.ts'
import type { Get } from '../../application/ports.ts'

export interface OperationsOptions {
  readonly get: Get
  /** If true, readiness needs the worker's heartbeat. */
  readonly isWorker: boolean
  readonly readMetrics: () => Promise<{ readonly contentType: string; readonly text: string }>
}

const forwardingHeader = /^(x-forwarded-.+|forwarded|via|x-real-ip)$/

/** S-52. `/healthz` skips the database: a restart wouldn't repair it. */
export async function operationsRoutes(
  app: FastifyInstance,
  { get, isWorker, readMetrics }: OperationsOptions,
): Promise<void> {
  const checkReadiness = get(CheckReadiness)
  app.get('/healthz', { config: { isPublic: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { config: { isPublic: true } }, async (_request, reply) => {
    const readiness = await checkReadiness.execute({ isWorker })
    const isReady = readiness.status === 'ok' || readiness.status === 'degraded'
    return reply.code(isReady ? 200 : 503).send(readiness)
  })
  // For a proxy: an error page beats none, so only a stopping process is skipped.
  app.get('/readyz/process', { config: { isPublic: true } }, async (_request, reply) =>
    checkReadiness.isStopping ? reply.code(503).send({ status: 'stopping' }) : { status: 'ok' },
  )
  // Internal: a proxied request carries a forwarding header and gets 404.
  app.get('/metrics', { config: { isPublic: true } }, async (request, reply) => {
    if (Object.keys(request.headers).some(name => forwardingHeader.test(name))) return reply.callNotFound()
    const { contentType, text } = await readMetrics()
    return reply.type(contentType).send(text)
  })
}

/** For a process without a web server; keep its port internal. */
export async function buildOperationsServer(
  options: OperationsOptions & { readonly log: FastifyBaseLogger },
): Promise<FastifyInstance> {
  const app = fastify({
    // Probes come every few seconds.
    loggerInstance: options.log.child({}, { level: 'warn' }),
    requestTimeout: 10_000,
    forceCloseConnections: true,
  })
  await app.register(operationsRoutes, options)
  return app
}

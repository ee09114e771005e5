import fastify, { type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import type { CheckReadiness } from '../../admin/index.ts'

export interface OperationsNeeds {
  readonly checkReadiness: Pick<CheckReadiness, 'run' | 'isStopping'>
  /** Whether this process is of no use where it works on no report. */
  readonly isWorker: boolean
  readonly readMetrics: () => Promise<{ readonly contentType: string; readonly text: string }>
}

/** Whoever was sent here by somebody in front of us: browsers, not machines that watch. */
const throughProxy = ['x-forwarded-for', 'forwarded'] as const

/**
 * For machines that watch (S-52): whether the process lives, whether it can do its work, and its metrics.
 * `/healthz` asks nobody: a process that is started anew for its database's sake comes back to the same database.
 */
export async function operationsRoutes(
  app: FastifyInstance,
  { checkReadiness, isWorker, readMetrics }: OperationsNeeds,
): Promise<void> {
  app.get('/healthz', { config: { isPublic: true } }, async () => ({ status: 'ok' }))
  app.get('/readyz', { config: { isPublic: true } }, async (_request, reply) => {
    const readiness = await checkReadiness.run({ isWorker })
    const isReady = readiness.status === 'ok' || readiness.status === 'degraded'
    return reply.code(isReady ? 200 : 503).send(readiness)
  })
  // For a proxy: a page that says that the database is away is better than none, and only a process that leaves is passed over.
  app.get('/readyz/process', { config: { isPublic: true } }, async (_request, reply) =>
    checkReadiness.isStopping ? reply.code(503).send({ status: 'stopping' }) : { status: 'ok' },
  )
  // How many sellers wait is nobody's business outside, and the port is the one that people reach: a proxy says for whom it
  // asks, and a scraper inside asks for itself.
  app.get('/metrics', { config: { isPublic: true } }, async (request, reply) => {
    if (throughProxy.some(name => request.headers[name] !== undefined)) return reply.callNotFound()
    const { contentType, text } = await readMetrics()
    return reply.type(contentType).send(text)
  })
}

/** These addresses and no other, for a process that has no web server, on a port that nobody outside reaches. */
export async function buildOperationsServer(
  needs: OperationsNeeds & { readonly log: FastifyBaseLogger },
): Promise<FastifyInstance> {
  const app = fastify({
    // A line for each question of a machine that asks every few seconds is nobody's.
    loggerInstance: needs.log.child({}, { level: 'warn' }),
    requestTimeout: 10_000,
    forceCloseConnections: true,
  })
  await app.register(operationsRoutes, needs)
  return app
}

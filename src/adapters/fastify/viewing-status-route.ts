import etag from '@fastify/etag'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { CheckProgress } from '../../application/ingestion/index.ts'
import type { Clock } from '../../application/ports.ts'
import { frameOf } from './ads-frame.ts'
import { nothingLoading, statusOf, statusQuery } from './status-route.ts'

export interface ViewingStatusNeeds {
  readonly checkProgress: CheckProgress
  readonly statusPollSeconds: number
  readonly clock: Clock
}

/** Records no progress view: the seller viewed nothing. */
export const viewingStatusRoute: FastifyPluginAsyncTypebox<ViewingStatusNeeds> = async (app, needs) => {
  const { checkProgress, statusPollSeconds } = needs
  await app.register(etag, { weak: true })

  app.get('/status', { schema: statusQuery }, async (request, reply) => {
    const { current } = frameOf(request, needs, request.query.account)
    const loading = current && (await checkProgress.run(current))
    if (!loading) return reply.code(404).send(nothingLoading)
    return statusOf(loading, statusPollSeconds)
  })
}

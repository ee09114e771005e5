import etag from '@fastify/etag'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { GetSyncProgress } from '../../../application/ingestion/get-sync-progress.ts'
import type { Clock } from '../../../application/ports.ts'
import { adsPageContext } from '../seller/ads-page-context.ts'
import { nothingLoading, statusOf, statusQuery } from '../seller/status-route.ts'

export interface ViewAsStatusDependencies {
  readonly getSyncProgress: GetSyncProgress
  readonly statusPollSeconds: number
  readonly clock: Clock
}

/** Records no progress view: the seller viewed nothing. */
export const viewAsStatusRoute: FastifyPluginAsyncTypebox<ViewAsStatusDependencies> = async (app, deps) => {
  const { getSyncProgress, statusPollSeconds } = deps
  await app.register(etag, { weak: true })

  app.get('/status', { schema: statusQuery }, async (request, reply) => {
    const { current } = adsPageContext(request, deps, request.query.account)
    const progress = current && (await getSyncProgress.execute(current))
    if (!progress) return reply.code(404).send(nothingLoading)
    return statusOf(progress, statusPollSeconds)
  })
}

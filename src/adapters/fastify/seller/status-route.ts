import etag from '@fastify/etag'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { RecordProgressView } from '../../../application/email/record-progress-view.ts'
import { GetSyncProgress } from '../../../application/ingestion/get-sync-progress.ts'
import { PollSyncProgress } from '../../../application/ingestion/poll-sync-progress.ts'
import { ConnectionNotFound } from '../../../domain/connection/errors.ts'
import type { SessionId } from '../../../domain/identifiers.ts'
import { isId, sessionIdIn } from '../kit/sessions.ts'
import type { RouteOptions } from '../kit/web-app.ts'
import { adsPageContext } from './ads-page-context.ts'
import { problemOf } from './waiting-page.ts'

const statusQuery = {
  querystring: Type.Object({ account: Type.Optional(Type.String({ maxLength: 100 })) }),
}

/** One query, because clients poll every few seconds (S-21). */
export const statusRoute: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get, statusPollSeconds } = options
  const pollSyncProgress = get(PollSyncProgress)
  const getSyncProgress = get(GetSyncProgress)
  const recordProgressView = get(RecordProgressView)
  await app.register(etag, { weak: true })

  app.get(
    '/status',
    {
      schema: statusQuery,
      config: { isJsonRoute: true, isSelfAuthenticating: true },
      preValidation: requireSessionCookie,
    },
    async (request, reply) => {
      const { account } = request.query
      if (request.viewAs) {
        const { current } = adsPageContext(request, options, account)
        const progress = current && (await getSyncProgress.execute(current))
        return progress ? statusOf(progress, statusPollSeconds) : reply.code(404).send(nothingLoading)
      }
      const accountId = account || null
      if (accountId && !isId(accountId)) throw new ConnectionNotFound()
      const sessionId = sessionIdIn(request.session) as SessionId
      const polled = await pollSyncProgress.execute(sessionId, accountId)
      switch (polled.polled) {
        case 'signed_out':
          return reply.code(401).send(signedOut)
        case 'no_connection':
          if (accountId) throw new ConnectionNotFound()
          return reply.code(404).send(nothingLoading)
        case 'nothing_loading':
          return reply.code(404).send(nothingLoading)
        case 'progress': {
          // Not awaited: a lost progress view costs at most one email too many.
          recordProgressView
            .execute(polled.connectionId)
            .catch(error => request.log.warn({ err: error }, 'progress view not recorded'))
          return statusOf(polled, statusPollSeconds)
        }
      }
    },
  )
}

/** Read by `waiting.js`. */
function statusOf(sync: Parameters<typeof problemOf>[0], nextPollSeconds: number) {
  const { stage, stages, reports, estimate } = sync.progress
  return { stage, stages, reports, estimate, problem: problemOf(sync), nextPollSeconds }
}

/** Signed-out clients learn nothing, not even whether a URL is valid (S-01). */
async function requireSessionCookie(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  return request.viewAs || sessionIdIn(request.session) ? undefined : reply.code(401).send(signedOut)
}

/** JSON clients are not redirected. */
const signedOut = { error: 'signed_out', sentence: 'Sign in again.' }
const nothingLoading = { error: 'nothing_loading', sentence: 'No account is connected.' }

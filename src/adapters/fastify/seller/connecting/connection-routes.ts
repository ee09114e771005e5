import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  AdvancePendingConnection,
  type AdvanceResult,
} from '../../../../application/connection/advance-pending-connection.ts'
import { CompleteAuthorisation } from '../../../../application/connection/authorisation/complete-authorisation.ts'
import { StartAuthorisation } from '../../../../application/connection/authorisation/start-authorisation.ts'
import { ChooseProfile } from '../../../../application/connection/choose-profile.ts'
import { EndPendingConnection } from '../../../../application/connection/end-pending-connection.ts'
import { SelectConnection } from '../../../../application/connection/select-connection.ts'
import type { ConnectionId, PendingConnectionId, ProfileId } from '../../../../domain/identifiers.ts'
import {
  adsPageUrl,
  isInternalError,
  urlAfterAdvance,
  urlAfterCallback,
  urlAfterChoice,
} from '../../kit/notices/notices.ts'
import { requireSignIn, signedInUser } from '../../kit/sessions.ts'
import type { RouteOptions } from '../../kit/web-app.ts'
import { amazonUserText } from '../amazon-account.ts'

const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const Blank = Type.Literal('')
const Region = Type.Union([Type.Literal('na'), Type.Literal('eu'), Type.Literal('fe')])

const ConnectForm = Type.Object({ region: Type.Optional(Type.Union([Region, Blank])) })
const ChoiceForm = Type.Object({
  profile: Type.String({ pattern: '^\\d{1,20}$' }),
  replace: Type.Optional(Type.Union([Id, Blank])),
  pending: Type.Optional(Type.Union([Id, Blank])),
  /** `amzn1.account.…` */
  amazonUser: Type.Optional(Type.String({ maxLength: 200 })),
  renews: Type.Optional(Type.Union([Id, Blank])),
})
const DiscardForm = Type.Object({ pending: Type.Optional(Type.Union([Id, Blank])) })
/** Redirects may be forged: any field may be missing, repeated or malformed. */
const CallbackQuery = Type.Record(Type.String(), Type.Unknown())

const readField = (query: unknown, name: string): string => {
  const value = (query as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' && value.length <= 4096 ? value : ''
}

/** The seller sees no page until Amazon's regions have answered. */
const waitMilliseconds = 8000

function redirectAfter(result: AdvanceResult, { session }: FastifyRequest, reply: FastifyReply) {
  if (result.outcome === 'profile_not_reached')
    session.set('rejectedAmazonUser', amazonUserText(result.amazonUser) ?? undefined)
  return reply.redirect(urlAfterAdvance(result), 303)
}

export const connectionRoutes: FastifyPluginAsyncTypebox<RouteOptions> = async (app, options) => {
  const { get } = options
  const startAuthorisation = get(StartAuthorisation)
  const completeAuthorisation = get(CompleteAuthorisation)
  const advancePendingConnection = get(AdvancePendingConnection)
  const chooseProfile = get(ChooseProfile)
  const endPendingConnection = get(EndPendingConnection)
  const selectConnection = get(SelectConnection)
  app.addHook('preValidation', async request => {
    if (request.signedIn || !request.routeOptions.config.isOAuthCallback) return
    await completeAuthorisation.recordSignedOut({ state: readField(request.query, 'state') })
  })
  app.addHook('preValidation', requireSignIn)
  const form = { preHandler: app.csrfProtection }

  app.post('/connect', { ...form, schema: { body: ConnectForm } }, async (request, reply) => {
    const { user, session } = signedInUser(request)
    const region = request.body.region || null
    const authorisation = { userId: user.id, sessionId: session.id, region, reauthorisedConnectionId: null }
    const { url } = await startAuthorisation.execute(authorisation)
    return reply.redirect(url, 303)
  })

  app.get(
    '/callback',
    { schema: { querystring: CallbackQuery }, config: { isOAuthCallback: true } },
    async (request, reply) => {
      const { user, session } = signedInUser(request)
      const by = { userId: user.id, sessionId: session.id }
      const outcome = await completeAuthorisation.execute(by, {
        state: readField(request.query, 'state'),
        code: readField(request.query, 'code'),
        error: readField(request.query, 'error'),
        description: readField(request.query, 'error_description'),
      })
      if (isInternalError(outcome))
        request.log.error({ outcome }, 'Amazon rejected our authorisation request')
      if (outcome.outcome !== 'authorised') return reply.redirect(urlAfterCallback(outcome), 303)
      return redirectAfter(
        await advancePendingConnection.execute(by, AbortSignal.timeout(waitMilliseconds)),
        request,
        reply,
      )
    },
  )

  app.post('/choose', { ...form, schema: { body: ChoiceForm } }, async (request, reply) => {
    const { user, session } = signedInUser(request)
    const { profile, replace, pending, amazonUser, renews: reauthorisedConnectionId } = request.body
    const chosen = await chooseProfile.execute({
      userId: user.id,
      sessionId: session.id,
      profileId: profile as ProfileId,
      replace: (replace || null) as ConnectionId | null,
      pendingId: (pending || null) as PendingConnectionId | null,
      confirmedUserId: amazonUser || null,
      reauthorisedConnectionId: (reauthorisedConnectionId || null) as ConnectionId | null,
    })
    return reply.redirect(urlAfterChoice(chosen), 303)
  })

  app.post('/pending/discard', { ...form, schema: { body: DiscardForm } }, async (request, reply) => {
    const pendingId = (request.body.pending || null) as PendingConnectionId | null
    await endPendingConnection.discard(signedInUser(request).user.id, pendingId)
    return reply.redirect(adsPageUrl('discarded'), 303)
  })

  app.post(
    '/regions/:region/retry',
    { ...form, schema: { params: Type.Object({ region: Region }) } },
    async (request, reply) => {
      const { user, session } = signedInUser(request)
      const by = { userId: user.id, sessionId: session.id }
      const timeIsUp = AbortSignal.timeout(waitMilliseconds)
      const result = await advancePendingConnection.retry(by, request.params.region, timeIsUp)
      return redirectAfter(result, request, reply)
    },
  )

  const connectionParams = { schema: { params: Type.Object({ id: Id }) } }

  app.post('/connections/:id/current', { ...form, ...connectionParams }, async (request, reply) => {
    const { user, session } = signedInUser(request)
    const connectionId = request.params.id as ConnectionId
    await selectConnection.execute({ userId: user.id, sessionId: session.id, connectionId })
    return reply.redirect('/dashboard/ads/', 303)
  })
}

import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import type {
  BeginAuthorisation,
  ChooseProfile,
  CompleteAuthorisation,
  EndPending,
  MakeCurrent,
  OfferProfiles,
} from '../../application/connection/index.ts'
import type { ConnectionId, PendingConnectionId, ProfileId } from '../../domain/identifiers.ts'
import { addressAfter, addressAfterChoice, adsPageWith, isOurs, nothingToChoose } from './notices.ts'
import { askingOf, demandSignIn } from './seller-session.ts'

export interface ConnectionNeeds {
  readonly beginAuthorisation: BeginAuthorisation
  readonly completeAuthorisation: CompleteAuthorisation
  readonly offerProfiles: OfferProfiles
  readonly chooseProfile: ChooseProfile
  readonly endPending: EndPending
  readonly makeCurrent: MakeCurrent
}

const Id = Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' })
const Blank = Type.Literal('')
const Region = Type.Union([Type.Literal('na'), Type.Literal('eu'), Type.Literal('fe')])

const ConnectForm = Type.Object({ region: Type.Optional(Type.Union([Region, Blank])) })
const ChoiceForm = Type.Object({
  profile: Type.String({ pattern: '^\\d{1,20}$' }),
  replace: Type.Optional(Type.Union([Id, Blank])),
  pending: Type.Optional(Type.Union([Id, Blank])),
  /** Amazon's user id, `amzn1.account.…`. */
  amazonUser: Type.Optional(Type.String({ maxLength: 200 })),
  renews: Type.Optional(Type.Union([Id, Blank])),
})
const DiscardForm = Type.Object({ pending: Type.Optional(Type.Union([Id, Blank])) })
/** Amazon's redirect or a forged one: any field may be missing, repeated or malformed. */
const WayBackQuery = Type.Record(Type.String(), Type.Unknown())

const field = (query: unknown, name: string): string => {
  const value = (query as Readonly<Record<string, unknown>>)[name]
  return typeof value === 'string' && value.length <= 4096 ? value : ''
}

export const connectionRoutes: FastifyPluginAsyncTypebox<ConnectionNeeds> = async (app, needs) => {
  app.addHook('preValidation', async request => {
    if (request.asking || !request.routeOptions.config.isWayBack) return
    await needs.completeAuthorisation.signedOut({ state: field(request.query, 'state') })
  })
  app.addHook('preValidation', demandSignIn)
  const form = { preHandler: app.csrfProtection }

  app.post('/connect', { ...form, schema: { body: ConnectForm } }, async (request, reply) => {
    const { person, session } = askingOf(request)
    const region = request.body.region || null
    const by = { personId: person.id, sessionId: session.id, region, renews: null }
    const { url } = await needs.beginAuthorisation.run(by)
    return reply.redirect(url, 303)
  })

  app.get(
    '/callback',
    { schema: { querystring: WayBackQuery }, config: { isWayBack: true } },
    async (request, reply) => {
      const { person, session } = askingOf(request)
      const ending = await needs.completeAuthorisation.run(
        { personId: person.id, sessionId: session.id },
        {
          state: field(request.query, 'state'),
          code: field(request.query, 'code'),
          error: field(request.query, 'error'),
          description: field(request.query, 'error_description'),
        },
      )
      if (isOurs(ending))
        request.log.error({ ending }, 'Amazon refused us, not the person, at an authorisation')
      return reply.redirect(addressAfter(ending), 303)
    },
  )

  app.post('/choose', { ...form, schema: { body: ChoiceForm } }, async (request, reply) => {
    const { person, session } = askingOf(request)
    const { profile, replace, pending, amazonUser, renews } = request.body
    const chosen = await needs.chooseProfile.run({
      personId: person.id,
      sessionId: session.id,
      profileId: profile as ProfileId,
      replace: (replace || null) as ConnectionId | null,
      pendingId: (pending || null) as PendingConnectionId | null,
      confirmedUserId: amazonUser || null,
      renews: (renews || null) as ConnectionId | null,
    })
    return reply.redirect(addressAfterChoice(chosen), 303)
  })

  app.post('/pending/discard', { ...form, schema: { body: DiscardForm } }, async (request, reply) => {
    const shown = (request.body.pending || null) as PendingConnectionId | null
    await needs.endPending.discard(askingOf(request).person.id, shown)
    return reply.redirect(adsPageWith('discarded'), 303)
  })

  app.post(
    '/regions/:region/retry',
    { ...form, schema: { params: Type.Object({ region: Region }) } },
    async (request, reply) => {
      const { person } = askingOf(request)
      const offer = await needs.offerProfiles.retry(person.id, request.params.region)
      switch (offer.offer) {
        case 'picker':
          return reply.redirect('/dashboard/ads/', 303)
        case 'nothing_pending':
        case 'expired':
        case 'unreadable':
          return reply.redirect(adsPageWith('nothing_pending'), 303)
        case 'no_profiles':
          return reply.redirect(
            adsPageWith(nothingToChoose(offer.agencies, offer.reason), offer.attemptId),
            303,
          )
      }
    },
  )

  const connectionParams = { schema: { params: Type.Object({ id: Id }) } }

  app.post('/connections/:id/current', { ...form, ...connectionParams }, async (request, reply) => {
    const { person, session } = askingOf(request)
    const connectionId = request.params.id as ConnectionId
    await needs.makeCurrent.run({ personId: person.id, sessionId: session.id, connectionId })
    return reply.redirect('/dashboard/ads/', 303)
  })
}

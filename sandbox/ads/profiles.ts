import type { FastifyInstance } from 'fastify'
import { rawNumber } from '../json.ts'
import { sendJson } from '../responses.ts'
import { type Account, accountsIn } from '../users/account.ts'
import type { Region } from '../users/marketplaces.ts'
import type { World } from '../world.ts'
import { callerOf } from './gateway.ts'

interface ProfileQuery {
  readonly apiProgram?: string
  readonly accessLevel?: string
  readonly profileTypeFilter?: string
  readonly validPaymentMethodFilter?: string
}

/** Other regions' profiles are missing without an error (docs/product/amazon.md, "Ads API: profiles"). */
export function profileRoutes(app: FastifyInstance, world: World, region: Region): void {
  app.get<{ Querystring: ProfileQuery }>(
    '/v2/profiles',
    { config: { faultyCall: 'profiles' } },
    (request, reply) => {
      world.calls.count('profiles')
      const user = callerOf(world, request, reply, 'classic')
      if (!user) return reply
      const { lostProfiles } = world.switchboard.current
      const listed = accountsIn(region, user.accounts).filter(
        account => !(account.profileId in lostProfiles) && passes(account, request.query),
      )
      return sendJson(reply, 200, listed.map(profileOf))
    },
  )

  app.get<{ Params: { profileId: string } }>('/v2/profiles/:profileId', (request, reply) => {
    world.calls.count('profiles')
    const user = callerOf(world, request, reply, 'classic')
    if (!user) return reply
    const { profileId } = request.params
    const account = accountsIn(region, user.accounts).find(own => own.profileId === profileId)
    return account ? sendJson(reply, 200, profileOf(account)) : reply.callNotFound()
  })
}

function passes(account: Account, query: ProfileQuery): boolean {
  if (account.access !== 'edit' && query.accessLevel !== 'view') return false
  if (account.access === 'report' && query.apiProgram !== 'report') return false
  const types = query.profileTypeFilter?.split(',')
  if (types && !types.includes(account.type)) return false
  if (query.validPaymentMethodFilter === 'true') return account.validPaymentMethod !== false
  return query.validPaymentMethodFilter !== 'false' || account.validPaymentMethod === false
}

/** Only sellers have a daily budget: 999999999.0 if none is set. Optional fields are omitted, not null. */
function profileOf(account: Account) {
  return {
    profileId: rawNumber(account.profileId),
    countryCode: account.countryCode,
    currencyCode: account.currencyCode,
    dailyBudget: account.type === 'seller' ? rawNumber('999999999.0') : undefined,
    timezone: account.timezone,
    accountInfo: {
      marketplaceStringId: account.marketplaceStringId,
      id: account.accountId,
      type: account.type,
      name: account.name,
      subType: account.subType,
      validPaymentMethod: account.validPaymentMethod,
    },
  }
}

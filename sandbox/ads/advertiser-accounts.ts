import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { sendJson } from '../responses.ts'
import { adsAccountsOf } from '../users/ads-account.ts'
import type { World } from '../world.ts'
import { accountOf } from './accounts.ts'
import { callerOf } from './gateway.ts'

/** Amazon lists global accounts when the filter is missing. `nextToken` is the index of the next page's first account. */
const QueryRequest = Type.Object(
  {
    isGlobalAccountFilter: Type.Optional(
      Type.Object({ include: Type.Array(Type.Boolean(), { minItems: 1 }) }),
    ),
    maxResults: Type.Optional(Type.Number({ minimum: 1, maximum: 100 })),
    nextToken: Type.Optional(Type.String({ pattern: '^\\d+$' })),
  },
  { additionalProperties: false },
)

/** Ads API v1: the successor of `/adsAccounts/list`, without statuses. Test users have global accounts only. */
export function advertiserAccountRoutes(app: FastifyInstance, world: World): void {
  app.post(
    '/adsApi/v1/query/advertiserAccounts',
    { config: { faultyCall: 'adsAccounts' } },
    (request, reply) => {
      world.calls.count('adsAccounts')
      const user = callerOf(world, request, reply, 'gateway')
      if (!user) return reply
      const { body } = request
      if (!Check(QueryRequest, body))
        return sendJson(reply, 400, { code: 'BAD_REQUEST', message: 'The request is invalid' })
      const isListed = body.isGlobalAccountFilter?.include.includes(true) ?? true
      const all = isListed ? adsAccountsOf(user.accounts, user.unlisted) : []
      const begin = Number(body.nextToken ?? 0)
      const end = begin + Math.floor(body.maxResults ?? 100)
      return sendJson(reply, 200, {
        advertiserAccounts: all.slice(begin, end).map(account => {
          const { adsAccountId, accountName, alternateIds } = accountOf(account)
          return {
            advertiserAccountId: adsAccountId,
            alternateIds,
            displayName: accountName,
            isGlobalAccount: true,
          }
        }),
        ...(end < all.length && { nextToken: String(end) }),
      })
    },
  )
}

import type { FastifyInstance, FastifyReply } from 'fastify'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { rawNumber } from '../json.ts'
import { sendJson } from '../responses.ts'
import { type Account, accountsIn } from '../users/account.ts'
import { type AdsAccount, adsAccountsOf, type ManagerAccount, opaqueId } from '../users/ads-account.ts'
import type { Region } from '../users/marketplaces.ts'
import type { World } from '../world.ts'
import { callerOf } from './gateway.ts'

const accountsType = 'application/vnd.listaccountsresource.v1+json'
const managersType = 'application/vnd.getmanageraccountsresponse.v1+json'

/** `nextToken` is the index of the next page's first account; Amazon's is a page number. */
const ListRequest = Type.Object(
  {
    maxResults: Type.Optional(Type.Number({ minimum: 1, maximum: 100 })),
    nextToken: Type.Optional(Type.String({ pattern: '^\\d+$' })),
  },
  { additionalProperties: false },
)

export function accountRoutes(app: FastifyInstance, world: World, region: Region): void {
  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    const message = error instanceof Error ? error.message : ''
    return refuse(reply, status, status < 500 ? 'INVALID_ARGUMENT' : 'INTERNAL_ERROR', message)
  })

  app.get('/managerAccounts', { config: { faultyCall: 'managerAccounts' } }, (request, reply) => {
    world.calls.count('managerAccounts')
    const user = callerOf(world, request, reply, 'gateway')
    if (!user) return reply
    const managerAccounts = user.managers.map(manager => managerOf(manager, region))
    return sendJson(reply, 200, { managerAccounts }, managersType)
  })

  app.post('/adsAccounts/list', { config: { faultyCall: 'adsAccounts' } }, (request, reply) => {
    world.calls.count('adsAccounts')
    const user = callerOf(world, request, reply, 'gateway')
    if (!user) return reply
    if (request.headers['content-type'] !== accountsType)
      return refuse(reply, 415, 'UNSUPPORTED_MEDIA_TYPE', `Content-Type must be ${accountsType}`)
    const { body } = request
    if (!Check(ListRequest, body)) return refuse(reply, 400, 'INVALID_ARGUMENT', 'The request is invalid')
    const all = adsAccountsOf(user.accounts, user.unlisted)
    const begin = Number(body.nextToken ?? 0)
    const end = begin + Math.floor(body.maxResults ?? 100)
    const page = { adsAccounts: all.slice(begin, end).map(accountOf), nextToken: nextOf(end, all.length) }
    return sendJson(reply, 200, page, accountsType)
  })
}

const nextOf = (end: number, count: number): string | undefined => (end < count ? String(end) : undefined)

/** Other regions' accounts are missing, as for profiles. */
function managerOf({ name, linked }: ManagerAccount, region: Region) {
  return {
    managerAccountId: opaqueId(`manager ${name}`),
    managerAccountName: name,
    linkedAccounts: accountsIn(region, linked).map(linkedOf),
  }
}

function linkedOf(account: Account) {
  return {
    accountId: account.accountId,
    accountName: account.name,
    accountType: account.type.toUpperCase(),
    dspAdvertiserId: null,
    marketplaceId: account.marketplaceStringId,
    profileId: account.profileId,
  }
}

export function accountOf({ adsAccountId, accountName, status, countryCodes, profiles }: AdsAccount) {
  return {
    adsAccountId,
    accountName,
    status,
    countryCodes,
    alternateIds: profiles.map(({ countryCode, profileId, accountId }) => ({
      countryCode,
      entityId: accountId.startsWith('ENTITY') ? accountId : `ENTITY${accountId.slice(1)}`,
      profileId: rawNumber(profileId),
    })),
  }
}

function refuse(reply: FastifyReply, status: number, errorCode: string, errorMessage: string): FastifyReply {
  return sendJson(reply, status, { errors: [{ errorId: 1, errorCode, errorMessage }] })
}

import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { campaignsOf, idOf } from '../figures/campaigns.ts'
import { sendJson } from '../responses.ts'
import type { Region } from '../users/marketplaces.ts'
import type { World } from '../world.ts'
import { callerOf, scopeOf } from './gateway.ts'

const mediaType = 'application/vnd.sbcampaignresource.v4+json'

/** `nextToken` is the index of the next page's first campaign; Amazon's is opaque. */
const ListRequest = Type.Object({
  stateFilter: Type.Optional(Type.Object({ include: Type.Array(Type.String()) })),
  maxResults: Type.Optional(Type.Number({ minimum: 1, maximum: 100 })),
  nextToken: Type.Optional(Type.String({ pattern: '^\\d+$' })),
})

/** Sponsored Brands campaigns (SponsoredBrands_prod_3p). Reports leave out those of the old format. */
export function campaignRoutes(app: FastifyInstance, world: World, region: Region): void {
  app.post('/sb/v4/campaigns/list', (request, reply) => {
    world.calls.count('campaigns')
    const user = callerOf(world, request, reply, 'gateway')
    const account = user && scopeOf(world, user, region, request, reply)
    if (!account) return reply
    const { body } = request
    if (request.headers['content-type'] !== mediaType)
      return sendJson(reply, 415, {
        code: 'UNSUPPORTED_MEDIA_TYPE',
        details: `Content-Type must be ${mediaType}`,
      })
    if (!Check(ListRequest, body))
      return sendJson(reply, 400, { code: '400', details: 'The request is invalid' })
    const current = campaignsOf(account, 'SPONSORED_BRANDS', world.source.seed).map(({ id, name, status }) =>
      campaignOf(id, name, status, true),
    )
    const legacy = Array.from({ length: account.legacyCampaigns ?? 0 }, (_, index) => {
      const id = idOf(account, 'SPONSORED_BRANDS', 'campaign', 10_000 + index)
      return campaignOf(id, `SB | Old format | ${index + 1}`, index === 0 ? 'PAUSED' : 'ENABLED', false)
    })
    const states = body.stateFilter?.include
    const all = [...current, ...legacy].filter(({ state }) => states?.includes(state) ?? true)
    const begin = Number(body.nextToken ?? 0)
    const end = begin + (body.maxResults ?? 100)
    const page = {
      campaigns: all.slice(begin, end),
      totalResults: all.length,
      ...(end < all.length && { nextToken: String(end) }),
    }
    return sendJson(reply, 200, page, mediaType)
  })
}

const campaignOf = (campaignId: string, name: string, state: string, isMultiAdGroupsEnabled: boolean) => ({
  campaignId,
  name,
  state,
  isMultiAdGroupsEnabled,
  costType: 'CPC',
  budgetType: 'DAILY',
})

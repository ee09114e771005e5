import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { Check } from 'typebox/value'
import { type Campaign, campaignsOf, legacyCampaignsOf } from '../figures/campaigns.ts'
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
    const { seed } = world.source
    const states = body.stateFilter?.include
    const all = [
      ...campaignsOf(account, 'SPONSORED_BRANDS', seed).map(campaign => listed(campaign, true)),
      ...legacyCampaignsOf(account, seed).map(campaign => listed(campaign, false)),
    ].filter(({ state }) => states?.includes(state) ?? true)
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

const listed = ({ id, name, status }: Campaign, isMultiAdGroupsEnabled: boolean) => ({
  campaignId: id,
  name,
  state: status,
  isMultiAdGroupsEnabled,
  costType: 'CPC',
  budgetType: 'DAILY',
})

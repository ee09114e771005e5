import type { FastifyReply, FastifyRequest } from 'fastify'
import { readAccessToken } from '../login/tokens.ts'
import { bearerOf } from '../login/user-profile.ts'
import { ridOf, sendJson } from '../responses.ts'
import type { Account } from '../users/account.ts'
import type { Region } from '../users/marketplaces.ts'
import { accountById, userNamed } from '../users/test-users.ts'
import type { User } from '../users/user.ts'
import type { World } from '../world.ts'
import { lostAccessBody } from './lost-access.ts'

/** docs/product/amazon.md, "Ads API: errors". */
export type Family = 'classic' | 'gateway'

const lead = 'Unauthorized exception while handling 3P Request: Unauthorized exception while '

/** @returns undefined after an error response was sent. */
export function callerOf(
  world: World,
  request: FastifyRequest,
  reply: FastifyReply,
  family: Family,
): User | undefined {
  const token = readAccessToken(world, bearerOf(request) ?? '')
  const user = userNamed(token?.userId ?? '')
  if (!token || !user || !token.scope.includes(':campaign_management')) {
    unauthorized(reply, family, `${lead}authenticating LwA token: Invalid token`)
    return undefined
  }
  const { headers } = request
  if ((headers['amazon-ads-clientid'] ?? headers['amazon-advertising-api-clientid']) !== token.clientId) {
    unauthorized(reply, family, `${lead}authenticating LwA token: clientId does not match token`)
    return undefined
  }
  if (user.suspended) {
    sendJson(reply, 403, { code: 'FORBIDDEN', details: 'HTTP 403 Forbidden', requestId: ridOf(reply) })
    return undefined
  }
  return user
}

/**
 * Returns the profile of a reporting call. A profile of another region or an unknown one gives 400; another user's
 * or a lost one gives 401, which a new token doesn't fix.
 * @returns undefined after an error response was sent.
 */
export function scopeOf(
  world: World,
  user: User,
  region: Region,
  request: FastifyRequest,
  reply: FastifyReply,
): Account | undefined {
  const profileId = request.headers['amazon-advertising-api-scope']
  if (typeof profileId !== 'string' || profileId === '') {
    sendJson(reply, 401, { message: 'Scope header is missing' })
    return undefined
  }
  const account = accountById(profileId)
  if (!account || account.region !== region) {
    sendJson(reply, 400, { code: '400', detail: 'Invalid Advertiser or Marketplace ID.' })
    return undefined
  }
  const lostAs = world.switchboard.current.lostProfiles[profileId]
  if (lostAs || !user.accounts.some(own => own.profileId === profileId)) {
    const { accountId } = account
    sendJson(reply, 401, lostAccessBody(lostAs ?? 'long', { userId: user.userId, profileId, accountId }))
    return undefined
  }
  if (account.type === 'agency') {
    const details = ' The request input is invalid. Advertiser ID cannot be decrypted'
    sendJson(reply, 400, { code: '400', details, requestId: ridOf(reply) })
    return undefined
  }
  return account
}

function unauthorized(reply: FastifyReply, family: Family, message: string): void {
  const classic = { code: 'UNAUTHORIZED', details: 'HTTP 401 Unauthorized', requestId: ridOf(reply) }
  sendJson(reply, 401, family === 'classic' ? classic : { message })
}

import { normalizeIP } from '@fastify/rate-limit'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { LRUCache } from 'lru-cache'
import { publishSignInFailure } from './request-signals.ts'
import { isConsole, sessionIdIn, signedInStaff, signedInUser } from './sessions.ts'

const onExceeded = (): void => publishSignInFailure('rate_limited')

// An IPv6 subscriber has a whole /64: the plugin's keys treat it as one IP.

/** Per email address and IP: an office shares one IP. */
export const signInRateLimit = {
  max: 10,
  timeWindow: '1 minute',
  onExceeded,
  keyGenerator({ ip, body }: FastifyRequest): string {
    const { email } = (body ?? {}) as { email?: unknown }
    return `${normalizeIP(ip)} ${typeof email === 'string' ? email.trim().toLowerCase() : ''}`
  },
}
/** Per user; a signed-in route must not take its key from the form. */
export const currentPasswordRateLimit = {
  max: 10,
  timeWindow: '1 minute',
  onExceeded,
  keyGenerator: (request: FastifyRequest): string =>
    (isConsole(request) ? signedInStaff(request) : signedInUser(request)).user.id,
}
/** Per session, which may wait for its second factor; the user's own count of wrong codes stops a guesser. */
export const codeRateLimit = {
  max: 30,
  timeWindow: '1 minute',
  onExceeded,
  keyGenerator: (request: FastifyRequest): string =>
    sessionIdIn(isConsole(request) ? request.staffSession : request.session) ?? normalizeIP(request.ip),
}
/** Per IP: enough for an office. */
const ipRateLimit = { max: 100, timeWindow: '1 minute' }

class TooManyTries extends Error {
  readonly statusCode = 429
}

/** The preHandler throws {@link TooManyTries}. */
export function limitSignInTries(app: FastifyInstance): (request: FastifyRequest) => Promise<void> {
  const checkIpLimit = app.createRateLimit(ipRateLimit)
  return async request => {
    const limit = await checkIpLimit(request)
    if (limit.isAllowed || !limit.isExceeded) return
    onExceeded()
    throw new TooManyTries()
  }
}

type WindowCount = { readonly current: number; readonly ttl: number }

/** More keys at once are an attack. */
const maxKeys = 5000

/**
 * Uses the monotonic clock: after the system clock is set back an hour, the plugin's own store blocks sign-ins for an
 * hour.
 */
export class MonotonicRateLimitStore {
  readonly #counts = new LRUCache<string, { current: number; readonly endsAt: number }>({ max: maxKeys })

  incr(key: string, callback: (error: Error | null, result?: WindowCount) => void, window: number): void {
    const now = performance.now()
    const stored = this.#counts.get(key)
    const count = stored && stored.endsAt > now ? stored : { current: 0, endsAt: now + window }
    count.current += 1
    this.#counts.set(key, count)
    callback(null, { current: count.current, ttl: count.endsAt - now })
  }

  read(key: string, callback: (error: Error | null, result?: WindowCount) => void): void {
    const now = performance.now()
    const stored = this.#counts.get(key)
    callback(
      null,
      stored && stored.endsAt > now
        ? { current: stored.current, ttl: stored.endsAt - now }
        : { current: 0, ttl: 0 },
    )
  }

  /** Each route counts separately. */
  child(): MonotonicRateLimitStore {
    return new MonotonicRateLimitStore()
  }
}

import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Per email address and IP. */
export const signInRateLimit = { max: 10, timeWindow: '1 minute' }
/** Per IP; the user's own count of wrong codes stops a guesser. */
export const codeRateLimit = { max: 30, timeWindow: '1 minute' }
/** Per IP: enough for an office. */
const ipRateLimit = { max: 100, timeWindow: '1 minute', keyGenerator: ({ ip }: FastifyRequest) => ip }

class TooManyTries extends Error {
  readonly statusCode = 429
}

/** The preHandler throws {@link TooManyTries}. */
export function limitSignInTries(app: FastifyInstance): (request: FastifyRequest) => Promise<void> {
  const checkIpLimit = app.createRateLimit(ipRateLimit)
  return async request => {
    const limit = await checkIpLimit(request)
    if (!limit.isAllowed && limit.isExceeded) throw new TooManyTries()
  }
}

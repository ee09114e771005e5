import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Per email address and IP. */
export const signInTries = { max: 10, timeWindow: '1 minute' }
/** Per IP; the user's own count of wrong codes stops a guesser. */
export const codeTries = { max: 30, timeWindow: '1 minute' }
/** Per IP: enough for an office. */
const triesOfOnePlace = { max: 100, timeWindow: '1 minute', keyGenerator: ({ ip }: FastifyRequest) => ip }

class TooManyTries extends Error {
  readonly statusCode = 429
}

/** The preHandler throws {@link TooManyTries}. */
export function limitSignInTries(app: FastifyInstance): (request: FastifyRequest) => Promise<void> {
  const triesFrom = app.createRateLimit(triesOfOnePlace)
  return async request => {
    const limit = await triesFrom(request)
    if (!limit.isAllowed && limit.isExceeded) throw new TooManyTries()
  }
}

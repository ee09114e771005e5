import type { FastifyInstance, FastifyRequest } from 'fastify'

/** Tries a minute for one address from one place: enough for a person, too few for a guesser. */
export const tries = { max: 10, timeWindow: '1 minute' }
/** Codes of a second factor, from one place: the person's own count is what stops a guesser. */
export const codeTries = { max: 30, timeWindow: '1 minute' }
/** And for all addresses from one place: enough for an office, too few for a list of addresses. */
const triesOfOnePlace = { max: 100, timeWindow: '1 minute', keyGenerator: ({ ip }: FastifyRequest) => ip }

class TooManyTries extends Error {
  readonly statusCode = 429
}

/** @returns what a route does first. It throws {@link TooManyTries} once a place has tried too often. */
export function demandPatience(app: FastifyInstance): (request: FastifyRequest) => Promise<void> {
  const triesFrom = app.createRateLimit(triesOfOnePlace)
  return async request => {
    const limit = await triesFrom(request)
    if (!limit.isAllowed && limit.isExceeded) throw new TooManyTries()
  }
}

import rateLimit from '@fastify/rate-limit'
import fastify from 'fastify'
import t from 'tap'
import { MonotonicRateLimitStore } from '../../../../src/adapters/fastify/kit/sign-in-limits.ts'

t.test('S-01 setting a clock back by an hour does not prolong a rate limit', async t => {
  const [realNow, realMonotonicNow] = [Date.now, performance.now.bind(performance)]
  const app = fastify()
  t.teardown(async () => {
    Date.now = realNow
    performance.now = realMonotonicNow
    await app.close()
  })
  await app.register(rateLimit, { global: false, store: MonotonicRateLimitStore })
  app.get('/', { config: { rateLimit: { max: 2, timeWindow: 60_000 } } }, async () => 'served')
  app.get('/other', { config: { rateLimit: { max: 2, timeWindow: 60_000 } } }, async () => 'served')
  const requestStatus = async (url = '/') => (await app.inject({ url })).statusCode

  Date.now = () => realNow() + 3_600_000
  t.strictSame([await requestStatus(), await requestStatus(), await requestStatus()], [200, 200, 429])
  t.equal(await requestStatus('/other'), 200, 'each route is counted separately')
  Date.now = realNow
  performance.now = () => realMonotonicNow() + 60_001
  t.strictSame([await requestStatus(), await requestStatus(), await requestStatus()], [200, 200, 429])
})

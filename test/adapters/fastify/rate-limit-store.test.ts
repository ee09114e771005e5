import rateLimit from '@fastify/rate-limit'
import fastify from 'fastify'
import t from 'tap'
import { MonotonicRateLimitStore } from '../../../src/adapters/fastify/rate-limit-store.ts'

t.test('S-01 correcting a clock that was an hour ahead rate-limits no extra request', async t => {
  const [right, steady] = [Date.now, performance.now.bind(performance)]
  const app = fastify()
  t.teardown(async () => {
    Date.now = right
    performance.now = steady
    await app.close()
  })
  await app.register(rateLimit, { global: false, store: MonotonicRateLimitStore })
  app.get('/', { config: { rateLimit: { max: 2, timeWindow: 60_000 } } }, async () => 'served')
  app.get('/other', { config: { rateLimit: { max: 2, timeWindow: 60_000 } } }, async () => 'served')
  const ask = async (url = '/') => (await app.inject({ url })).statusCode

  Date.now = () => right() + 3_600_000
  t.strictSame([await ask(), await ask(), await ask()], [200, 200, 429])
  t.equal(await ask('/other'), 200, 'each route is counted separately')
  Date.now = right
  performance.now = () => steady() + 60_001
  t.strictSame([await ask(), await ask(), await ask()], [200, 200, 429])
})

import rateLimit from '@fastify/rate-limit'
import fastify from 'fastify'
import t from 'tap'
import {
  limitSignInTries,
  MonotonicRateLimitStore,
  signInRateLimit,
} from '../../../../src/adapters/fastify/kit/sign-in-limits.ts'

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

t.test(
  'S-01 the addresses of one IPv6 network count as one, and a mapped IPv4 address as itself',
  async t => {
    const app = fastify()
    t.teardown(() => app.close())
    await app.register(rateLimit, { global: false, hook: 'preHandler', store: MonotonicRateLimitStore })
    app.post('/one-user', { config: { rateLimit: signInRateLimit } }, async () => 'served')
    app.post('/any-user', { preHandler: limitSignInTries(app) }, async () => 'served')
    const tries = async (url: string, max: number, remoteAddressOf: (count: number) => string) => {
      let served = 0
      for (let count = 0; count < max + 5; count += 1) {
        const request = {
          method: 'POST',
          url,
          remoteAddress: remoteAddressOf(count),
          payload: { email: 'a@b.c' },
        }
        if ((await app.inject({ ...request, method: 'POST' })).statusCode === 200) served += 1
      }
      return served
    }
    for (const [url, max] of [
      ['/one-user', 10],
      ['/any-user', 100],
    ] as const) {
      t.equal(await tries(url, max, count => `2001:db8:0:7:a::${count.toString(16)}`), max, url)
      t.equal(
        await tries(url, max, count => `2001:db8:0:${count.toString(16)}8::1`),
        max + 5,
        'other networks',
      )
      t.equal(await tries(url, max, count => (count % 2 ? '192.0.2.7' : '::ffff:192.0.2.7')), max, 'IPv4')
    }
  },
)

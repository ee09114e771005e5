import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SessionId } from '../../src/domain/identifiers.ts'
import { BenchProcess } from '../bench-process.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, median, quantile } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { Fixture } from '../pages/fixture.ts'
import { runProfiled } from '../profiled.ts'
import { workerFlags } from '../worker-flags.ts'
import type { BareCalls } from './bare.ts'
import { cookiesOf, seedUsers, seedWaitingSellers } from './waiting.ts'

const full = { sellers: 10_000, seconds: 40 }
const quick = { sellers: 200, seconds: 2 }

/** Idle timeout of the proxy's connections (deploy/proxy). */
const keepAliveMilliseconds = 4000

/** Seconds between two progress polls of a seller (S-21). */
const pollSeconds = 30

/**
 * Ten thousand sellers on the waiting screen, each polling every 30 seconds: 333 polls a second to one web process.
 * Polls are sent on time, whether or not earlier ones are answered.
 */
export async function benchPoll({ quick: isQuick, profile, log }: BenchOptions): Promise<Measure[]> {
  const { sellers, seconds } = isQuick ? quick : full
  await using fixture = await Fixture.open()
  log(await describeMachine(fixture.pool))
  const startedAt = performance.now()
  await seedUsers(fixture.pool, sellers)
  const sessions = await seedWaitingSellers(fixture.pool, sellers)
  const cookies = await cookiesOf(sessions, fixture.config.tokenKey)
  log(`${sellers} waiting sellers, seeded in ${formatNumber((performance.now() - startedAt) / 1000)} s.`)
  // Awaited here, because the fixture is disposed when this function returns.
  return await measurePolls(fixture, await fixture.openWeb(), cookies, { seconds, profile, log })
}

export async function measurePolls(
  fixture: Fixture,
  { web, address }: Awaited<ReturnType<Fixture['openWeb']>>,
  cookies: readonly string[],
  { seconds, profile, log }: { seconds: number } & Pick<BenchOptions, 'profile' | 'log'>,
): Promise<Measure[]> {
  const sellers = cookies.length
  const agent = fixture.keep(new Agent({ keepAlive: true, timeout: keepAliveMilliseconds }), async it =>
    it.destroy(),
  )
  const cookieOf = (index: number) => cookies[index % cookies.length] ?? ''
  const poll = (index: number) => sendPoll(agent, `${address}/dashboard/ads/status`, cookieOf(index))
  const bare = await openBare(fixture)
  const queryOnly = (index: number) => sendPoll(agent, `${bare}/query`, cookieOf(index))

  log('Warming up.')
  const rate = sellers / pollSeconds
  const warmUpSeconds = Math.min(10, seconds)
  await openLoop(queryOnly, rate, warmUpSeconds)
  const bareTimes = await openLoop(queryOnly, rate, seconds / 2)
  await openLoop(poll, rate, warmUpSeconds)
  const cpuBefore = web.cpu()
  const times = await runProfiled(web, 'Polls', { profile, log }, () => openLoop(poll, rate, seconds))
  const cpuMilliseconds = ((web.cpu() - cpuBefore) * 1000) / times.length
  log(
    `${times.length} polls, ${formatNumber(rate)} a second: ${formatNumber(median(times))} ms (median), ${formatNumber(quantile(times, 0.99))} ms at p99, ${formatNumber(Math.max(...times))} ms at most; ${formatNumber(cpuMilliseconds)} ms of the web process’s processor time per poll.`,
  )
  return [
    {
      name: `poll: p99 of ${sellers.toLocaleString('en-US')} waiting sellers`,
      unit: 'ms',
      ours: quantile(times, 0.99),
      reference: 5,
      referenceName: 'limit',
      target: 1,
    },
    ...([0.5, 0.99] as const).map(
      (share): Measure => ({
        name: `poll: ${share === 0.5 ? 'median' : 'p99'}, a bare route`,
        unit: 'ms',
        ours: quantile(times, share),
        reference: quantile(bareTimes, share),
        referenceName: 'a bare route with the same query at the same rate',
        target: null,
      }),
    ),
    {
      name: 'poll: processor time of the web process',
      unit: 'ms',
      ours: cpuMilliseconds,
      reference: (pollSeconds * 1000) / sellers,
      referenceName: 'one processor’s time per poll',
      target: 1,
    },
  ]
}

async function openBare(fixture: Fixture): Promise<string> {
  const { rows } = await fixture.pool.query<{ id: SessionId }>(
    'select id from session where current_connection_id is not null limit 1',
  )
  const [session] = rows
  if (!session) throw new Error('no seller is signed in')
  const bare = fixture.keep(
    new BenchProcess<BareCalls>(join(import.meta.dirname, 'bare.ts'), workerFlags),
    it => it.end(),
  )
  return bare.call('start', { ...fixture.config, sessionId: session.id })
}

/**
 * Open loop: sends `rate` polls a second, each on schedule. @returns milliseconds from the due time to the last byte.
 */
async function openLoop(
  send: (index: number) => Promise<void>,
  rate: number,
  seconds: number,
): Promise<number[]> {
  const startedAt = performance.now()
  const times: number[] = []
  const requests: Promise<void>[] = []
  for (let index = 0; index < rate * seconds; index += 1) {
    const due = startedAt + (index * 1000) / rate
    const early = due - performance.now()
    if (early > 1) await sleep(early)
    requests.push(send(index).then(() => void times.push(performance.now() - Math.max(due, startedAt))))
  }
  await Promise.all(requests)
  return times
}

async function sendPoll(agent: Agent, address: string, cookie: string): Promise<void> {
  const sent = request(address, { agent, headers: { cookie, accept: 'application/json' } }).end()
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  if (response.statusCode !== 200) throw new Error(`a poll was answered with ${response.statusCode}`)
  response.resume()
  await once(response, 'end')
}

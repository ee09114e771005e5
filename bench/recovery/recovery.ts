import { setTimeout as sleep } from 'node:timers/promises'
import { claimTtlSeconds } from '../../src/adapters/postgres/heartbeat.ts'
import { Fixture } from '../ingest/fixture.ts'
import { describeMachine } from '../machine.ts'
import { type Measure, median, rounded } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { ProductProcess } from '../product-process.ts'

const full = { rounds: 3, country: 'US' }
const quick = { rounds: 1, country: 'MX' }

/** Seconds that a load may stall after its worker was killed (docs/operations.md). */
const allowed = 5

/**
 * From killing the worker that loads a million rows until another one takes over. The other is frozen until the kill,
 * so that the leaseholder is known.
 */
export async function benchRecovery({ quick: isQuick, log }: BenchOptions): Promise<Measure[]> {
  const { rounds, country } = isQuick ? quick : full
  await using fixture = await Fixture.open()
  const { pool } = fixture.product.database
  log(await describeMachine(pool))
  const report = await fixture.prepareReport('millions', country)
  const times: number[] = []
  for (let round = 1; round <= rounds; round += 1) {
    await fixture.clear()
    await using other = await ProductProcess.start('worker', fixture.plan)
    await other.untilAnswers('/readyz')
    other.child.kill('SIGSTOP')
    await using first = await ProductProcess.start('worker', fixture.plan)
    await first.untilAnswers('/readyz')

    const reportId = await fixture.record(report)
    const fencingToken = async (): Promise<{ fencingToken: number; isLive: boolean; status: string }> => {
      const { rows } = await pool.query(
        `select fencing_token, status, coalesce(leased_until > clock_timestamp(), false) as "isLive" from report where id = $1`,
        [reportId],
      )
      return rows[0]
    }
    while (!(await fencingToken()).isLive) await sleep(5)
    const leased = await fencingToken()
    if (!leased.isLive) throw new Error('it was loaded before the worker could be killed')
    await first.end('SIGKILL')
    other.child.kill('SIGCONT')
    const began = performance.now()
    while ((await fencingToken()).fencingToken === leased.fencingToken) await sleep(5)
    times.push((performance.now() - began) / 1000)
    log(`Round ${round}: taken over after ${rounded(times.at(-1) ?? 0)} s.`)
    while ((await fencingToken()).status !== 'loaded') await sleep(50)
    await fixture.check(report, 'campaign_fact')
  }
  return [
    {
      name: 'recovery: kill of a worker to takeover, the slowest',
      unit: 's',
      ours: Math.max(...times),
      reference: allowed,
      referenceName: 'allowed',
      target: 1,
    },
    {
      name: 'recovery: kill of a worker to takeover, median',
      unit: 's',
      ours: median(times),
      reference: claimTtlSeconds,
      referenceName: 'a lease',
      target: null,
    },
  ]
}

import { setTimeout as sleep } from 'node:timers/promises'
import { claimTtlSeconds } from '../../src/adapters/postgres/ingestion/heartbeat.ts'
import { Fixture } from '../ingest/fixture.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure, median } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { ProductProcess } from '../product-process.ts'

const full = { rounds: 3, country: 'US' }
const quick = { rounds: 1, country: 'MX' }

/** Seconds that a load may stall after its worker was killed (docs/operations.md). */
const allowedSeconds = 5

/**
 * Measures the time from killing a worker that loads a million rows until another takes over. The other worker is
 * frozen until the kill, so that the first one holds the lease.
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
    await other.waitUntilAnswering('/readyz')
    other.child.kill('SIGSTOP')
    await using first = await ProductProcess.start('worker', fixture.plan)
    await first.waitUntilAnswering('/readyz')

    const reportId = await fixture.record(report)
    const readLease = async (): Promise<{ fencingToken: number; isLive: boolean; status: string }> => {
      const { rows } = await pool.query(
        `select fencing_token, status, coalesce(leased_until > clock_timestamp(), false) as "isLive" from report where id = $1`,
        [reportId],
      )
      return rows[0]
    }
    while (!(await readLease()).isLive) await sleep(5)
    const leased = await readLease()
    if (!leased.isLive) throw new Error('the report was loaded before the worker could be killed')
    await first.end('SIGKILL')
    other.child.kill('SIGCONT')
    const startedAt = performance.now()
    while ((await readLease()).fencingToken === leased.fencingToken) await sleep(5)
    times.push((performance.now() - startedAt) / 1000)
    log(`Round ${round}: taken over after ${formatNumber(times.at(-1) ?? 0)} s.`)
    while ((await readLease()).status !== 'loaded') await sleep(50)
    await fixture.check(report, 'campaign_fact')
  }
  return [
    {
      name: 'recovery: from killing a worker to takeover, slowest',
      unit: 's',
      ours: Math.max(...times),
      reference: allowedSeconds,
      referenceName: 'allowed',
      target: 1,
    },
    {
      name: 'recovery: from killing a worker to takeover, median',
      unit: 's',
      ours: median(times),
      reference: claimTtlSeconds,
      referenceName: 'a lease',
      target: null,
    },
  ]
}

import { setTimeout as sleep } from 'node:timers/promises'
import { memoryOf } from '../bench-process.ts'
import { Fixture, type PreparedReport } from '../ingest/fixture.ts'
import { startWorker } from '../ingest/race.ts'
import { describeMachine } from '../machine.ts'
import { formatNumber, type Measure } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { ProductProcess } from '../product-process.ts'

/** Sandbox profiles by country, with the row counts of their campaign reports. */
const full = {
  reports: [
    { country: 'MX', rows: '50,000' },
    { country: 'US', rows: '1,000,000' },
    { country: 'CA', rows: '5,000,000' },
  ],
  idleMilliseconds: 10_000,
}
const quick = { reports: [{ country: 'MX', rows: '50,000' }], idleMilliseconds: 500 }

/** Megabytes above idle. */
const allowedMegabytes = 150
/** Memory limit of a process in docker-compose.yml. */
const limitMegabytes = 768

export async function benchMemory({ quick: isQuick, log }: BenchOptions): Promise<Measure[]> {
  const { reports, idleMilliseconds } = isQuick ? quick : full
  await using fixture = await Fixture.open()
  log(await describeMachine(fixture.product.database.pool))
  const measures: Measure[] = []
  for (const kind of ['web', 'worker'] as const) {
    await using productProcess = await ProductProcess.start(kind, fixture.plan)
    await productProcess.waitUntilAnswering(kind === 'web' ? '/readyz/process' : '/readyz')
    await sleep(idleMilliseconds)
    measures.push({
      name: `memory: a ${kind} process at rest`,
      unit: 'MB',
      ours: memoryOf(productProcess.child.pid ?? 0).now,
      reference: limitMegabytes,
      referenceName: 'container limit',
      target: 1,
    })
  }
  const small = await fixture.prepareReport('us-seller', 'US')
  for (const { country, rows } of reports) {
    log(`The sandbox generates a report of ${rows} rows.`)
    measures.push(
      await measureLoad(fixture, small, { rows, report: await fixture.prepareReport('millions', country) }),
    )
  }
  return measures
}

/** Runs a small load, then the large one, in a fresh process. */
async function measureLoad(
  fixture: Fixture,
  small: PreparedReport,
  { report, rows }: { report: PreparedReport; rows: string },
): Promise<Measure> {
  const worker = startWorker()
  await worker.call('open', fixture.plan)
  await fixture.clear()
  await worker.call('load', await fixture.record(small))
  const idle = worker.memory().now
  await worker.call('load', await fixture.record(report))
  const { peak } = worker.memory()
  await worker.end()
  await fixture.check(report, 'campaign_day')
  return {
    name: `memory: ${rows} rows, above idle (${formatNumber(idle)} MB)`,
    unit: 'MB',
    ours: peak - idle,
    reference: allowedMegabytes,
    referenceName: 'allowed',
    target: 1,
  }
}

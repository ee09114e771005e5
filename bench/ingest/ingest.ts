import { describeMachine } from '../machine.ts'
import type { Measure } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { Fixture } from './fixture.ts'
import { race } from './race.ts'

/** Sandbox profiles by country, with the row counts of their campaign reports. */
const full = {
  rounds: 3,
  warmUp: { user: 'millions', country: 'MX' },
  report: { country: 'US', rows: '1,000,000' },
}
const quick = {
  rounds: 1,
  warmUp: { user: 'us-seller', country: 'US' },
  report: { country: 'MX', rows: '50,000' },
}

/** Measures loading one report, compared with a naive build and with bare COPY. */
export async function benchIngest({ quick: isQuick, profile, log }: BenchOptions): Promise<Measure[]> {
  const { rounds, warmUp, report } = isQuick ? quick : full
  await using fixture = await Fixture.open()
  log(await describeMachine(fixture.product.database.pool))
  log(`The sandbox generates a report of ${report.rows} rows.`)
  const prepared = await fixture.prepareReport('millions', report.country)
  const warmUpReport = await fixture.prepareReport(warmUp.user, warmUp.country)
  const { ours, naive, limit } = await race(fixture, {
    warmUp: warmUpReport,
    report: prepared,
    rounds,
    profile,
    log,
  })
  const comparisons = (label: string, cost: 'seconds' | 'cpu', hasTarget: boolean): Measure[] => [
    {
      name: `ingest: ${report.rows} rows, ${label}, naive build`,
      unit: 's',
      ours: ours[cost],
      reference: naive[cost],
      referenceName: 'stream-json + upsertMany',
      target: hasTarget ? 5 : null,
    },
    {
      name: `ingest: ${report.rows} rows, ${label}, limit`,
      unit: 's',
      ours: ours[cost],
      reference: limit[cost],
      referenceName: 'COPY of CSV',
      target: hasTarget ? 1 / 3 : null,
    },
  ]
  return [...comparisons('time', 'seconds', true), ...comparisons('processor time', 'cpu', false)]
}

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

/** Compared with a naive build and with bare COPY. */
export async function benchIngest({ quick: isQuick, profile, log }: BenchOptions): Promise<Measure[]> {
  const { rounds, warmUp, report } = isQuick ? quick : full
  await using fixture = await Fixture.open()
  log(await describeMachine(fixture.product.database.pool))
  log(`The sandbox makes a report of ${report.rows} rows.`)
  const made = await fixture.prepareReport('millions', report.country)
  const warm = await fixture.prepareReport(warmUp.user, warmUp.country)
  const { ours, naive, limit } = await race(fixture, { warmUp: warm, report: made, rounds, profile, log })
  const compared = (unit: string, what: 'seconds' | 'cpu', isGoal: boolean): Measure[] => [
    {
      name: `ingest: ${report.rows} rows, ${unit}, naive build`,
      unit: 's',
      ours: ours[what],
      reference: naive[what],
      referenceName: 'stream-json + upsertMany',
      target: isGoal ? 5 : null,
    },
    {
      name: `ingest: ${report.rows} rows, ${unit}, limit`,
      unit: 's',
      ours: ours[what],
      reference: limit[what],
      referenceName: 'COPY of CSV',
      target: isGoal ? 1 / 3 : null,
    },
  ]
  return [...compared('time', 'seconds', true), ...compared('processor time', 'cpu', false)]
}

import { describeMachine } from '../machine.ts'
import { type Measure, rounded } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { race, startWorker } from './race.ts'
import { type MadeReport, Scene } from './scene.ts'

/** Profiles of the sandbox by their country, and how many rows their campaign report has. */
const full = {
  rounds: 3,
  warmUp: { user: 'millions', country: 'MX' },
  report: { country: 'US', rows: '1,000,000' },
  more: [{ country: 'CA', rows: '5,000,000' }],
}
const quick = {
  rounds: 1,
  warmUp: { user: 'us-seller', country: 'US' },
  report: { country: 'MX', rows: '50,000' },
  more: [],
}

/** At most so many megabytes above idle. */
const allowedMegabytes = 150

/** Amazon's file to committed rows and their roll-up: beside a naive build, beside bare COPY, and in how much memory. */
export async function benchIngest({ quick: isQuick, tell }: BenchOptions): Promise<Measure[]> {
  const { rounds, warmUp, report, more } = isQuick ? quick : full
  await using scene = await Scene.open()
  tell(await describeMachine(scene.product.database.pool))
  const small = await scene.make('us-seller', 'US')
  const made = async ({ country, rows }: { country: string; rows: string }) => {
    tell(`The sandbox makes a report of ${rows} rows.`)
    return { rows, made: await scene.make('millions', country) }
  }
  const measured = await made(report)

  const memory: Measure[] = []
  for (const one of [measured, ...(await inTurn(more, made))])
    memory.push(await measureMemory(scene, small, one))

  const warm = await scene.make(warmUp.user, warmUp.country)
  const { ours, naive, limit } = await race(scene, { warmUp: warm, report: measured.made, rounds, tell })
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
  return [...compared('time', 'seconds', true), ...compared('processor time', 'cpu', false), ...memory]
}

/** In a process that has only just begun: a small load first, then the large one. */
async function measureMemory(
  scene: Scene,
  small: MadeReport,
  { made, rows }: { made: MadeReport; rows: string },
): Promise<Measure> {
  const worker = startWorker()
  await worker.call('open', scene.plan)
  await scene.clear()
  await worker.call('load', await scene.record(small))
  const idle = worker.memory().now
  await worker.call('load', await scene.record(made))
  const { peak } = worker.memory()
  await worker.end()
  await scene.check(made, 'campaign_day')
  return {
    name: `ingest: ${rows} rows, memory above idle (${rounded(idle)} MB)`,
    unit: 'MB',
    ours: peak - idle,
    reference: allowedMegabytes,
    referenceName: 'allowed',
    target: 1,
  }
}

async function inTurn<In, Out>(items: readonly In[], make: (item: In) => Promise<Out>): Promise<Out[]> {
  const made: Out[] = []
  for (const item of items) made.push(await make(item))
  return made
}

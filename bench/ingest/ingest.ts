import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describeMachine } from '../machine.ts'
import { type Measure, median, rounded } from '../measures.ts'
import { OwnProcess } from '../own-process.ts'
import { workerFlags } from '../worker-flags.ts'
import type { LimitCalls } from './limit.ts'
import type { NaiveCalls } from './naive.ts'
import { type MadeReport, Scene } from './scene.ts'
import type { WorkerCalls } from './worker.ts'

/** Profiles of the sandbox's `millions`, by the rows of their campaign report. */
const full = {
  rounds: 3,
  country: 'US',
  rows: [
    ['US', '1,000,000'],
    ['CA', '5,000,000'],
  ],
} as const
const quick = { rounds: 1, country: 'MX', rows: [['MX', '50,000']] } as const

/** At most so many megabytes above idle. */
const allowedMegabytes = 150

const startWorker = () => new OwnProcess<WorkerCalls>(join(import.meta.dirname, 'worker.ts'), workerFlags)

/** Amazon's file to committed rows and their roll-up: beside a naive build, beside bare COPY, and in how much memory. */
export async function benchIngest(options: {
  quick: boolean
  tell: (line: string) => void
}): Promise<Measure[]> {
  const { tell } = options
  const plan = options.quick ? quick : full
  await using scene = await Scene.open()
  tell(await describeMachine(scene.product.database.pool))
  const small = await scene.make('us-seller', 'US')
  const measured = new Map<string, MadeReport>()
  for (const [country, rows] of plan.rows) {
    tell(`The sandbox makes a report of ${rows} rows.`)
    measured.set(country, await scene.make('millions', country))
  }
  const report = measured.get(plan.country)
  if (!report) throw new Error(`no report of ${plan.country}`)

  const memory: Measure[] = []
  for (const [country, rows] of plan.rows) {
    memory.push(await measureMemory(scene, small, measured.get(country) ?? report, rows))
  }
  const times = await race(scene, { small, report, rounds: plan.rounds, tell })
  return [...times, ...memory]
}

async function measureMemory(
  scene: Scene,
  small: MadeReport,
  report: MadeReport,
  rows: string,
): Promise<Measure> {
  const worker = startWorker()
  await worker.call('open', scene.plan)
  await scene.clear()
  await worker.call('load', await scene.record(small))
  const idle = worker.memory().now
  await worker.call('load', await scene.record(report))
  const { peak } = worker.memory()
  await worker.end()
  await scene.check(report, 'campaign_day')
  return {
    name: `ingest: memory above idle (${rounded(idle)} MB), ${rows} rows`,
    unit: 'MB',
    ours: peak - idle,
    reference: allowedMegabytes,
    referenceName: 'allowed',
    target: 1,
  }
}

/** Each round all three, one after the other, each on empty tables after a checkpoint. */
async function race(
  scene: Scene,
  {
    small,
    report,
    rounds,
    tell,
  }: { small: MadeReport; report: MadeReport; rounds: number; tell: (line: string) => void },
): Promise<Measure[]> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-bench-csv-'))
  const worker = startWorker()
  const naive = new OwnProcess<NaiveCalls>(join(import.meta.dirname, 'naive.ts'))
  const limit = new OwnProcess<LimitCalls>(join(import.meta.dirname, 'limit.ts'))
  try {
    const csvOf = new Map<MadeReport, string>()
    const { databaseUrl } = scene.plan
    await Promise.all([
      worker.call('open', scene.plan),
      naive.call('open', databaseUrl),
      limit.call('open', databaseUrl),
    ])

    const sides = {
      async ours(made: MadeReport) {
        const milliseconds = await worker.call('load', await scene.record(made))
        await scene.check(made, 'campaign_day')
        return milliseconds
      },
      async naive(made: MadeReport) {
        const { id: connectionId } = made.connection
        const milliseconds = await naive.call('load', { url: await scene.addressOf(made), connectionId })
        await scene.check(made, 'campaign_day')
        return milliseconds
      },
      async limit(made: MadeReport) {
        return limit.call('load', csvOf.get(made) ?? '')
      },
    }
    const turn = async (side: keyof typeof sides, made: MadeReport) => {
      await scene.clear()
      const seconds = (await sides[side](made)) / 1000
      await scene.check(made, 'campaign_fact')
      return seconds
    }

    for (const made of [small, report]) {
      await turn('ours', made)
      csvOf.set(made, join(folder, `${made.amazonReportId}.csv`))
      await scene.writeCsv(csvOf.get(made) ?? '', made.connection.id)
    }
    for (const side of ['naive', 'limit'] as const) await turn(side, small)

    const seconds = { ours: [] as number[], naive: [] as number[], limit: [] as number[] }
    for (let round = 1; round <= rounds; round += 1) {
      for (const side of ['ours', 'naive', 'limit'] as const) seconds[side].push(await turn(side, report))
      const last = Object.entries(seconds).map(([side, all]) => `${side} ${rounded(all.at(-1) ?? 0)} s`)
      tell(`Round ${round}: ${last.join(', ')}`)
    }
    const [ours, its, least] = [median(seconds.ours), median(seconds.naive), median(seconds.limit)]
    const measure = { unit: 's', ours } as const
    const what = report.sums.split(',')[0]
    return [
      {
        ...measure,
        name: `ingest: ${what}, naive build`,
        reference: its,
        referenceName: 'stream-json + upsertMany',
        target: 5,
      },
      {
        ...measure,
        name: `ingest: ${what}, limit`,
        reference: least,
        referenceName: 'COPY of CSV',
        target: 1 / 3,
      },
    ]
  } finally {
    await Promise.all([worker.end(), naive.end(), limit.end()])
    await rm(folder, { recursive: true, force: true })
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BenchProcess } from '../bench-process.ts'
import { cpuSecondsOfPostgres } from '../cpu.ts'
import { formatNumber, median } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { runProfiled } from '../profiled.ts'
import { workerFlags } from '../worker-flags.ts'
import type { Fixture, PreparedReport } from './fixture.ts'
import type { LimitCalls } from './limit.ts'
import type { NaiveCalls } from './naive.ts'
import type { WorkerCalls } from './worker.ts'

export const startWorker = () =>
  new BenchProcess<WorkerCalls>(join(import.meta.dirname, 'worker.ts'), workerFlags)

const sideNames = ['ours', 'naive', 'limit'] as const
type SideName = (typeof sideNames)[number]

interface Side {
  readonly process: Pick<BenchProcess<WorkerCalls>, 'cpu' | 'end'>
  /** @returns milliseconds. */
  readonly load: (report: PreparedReport) => Promise<number>
}

interface RunCost {
  readonly seconds: number
  /** Processor seconds of the side and PostgreSQL; unlike clock time, unaffected by other work on the machine. */
  readonly cpu: number
}

/**
 * Runs the sides one after the other, each on empty tables after a checkpoint, and checks each result.
 * @returns the medians, in seconds.
 */
export async function race(
  fixture: Fixture,
  plan: { warmUp: PreparedReport; report: PreparedReport; rounds: number } & Pick<
    BenchOptions,
    'profile' | 'log'
  >,
): Promise<Record<SideName, RunCost>> {
  const folder = await mkdtemp(join(tmpdir(), '1smart-bench-csv-'))
  const sides = await openSides(fixture, folder)
  const runSide = async (name: SideName, report: PreparedReport): Promise<RunCost> => {
    const { process, load } = sides[name]
    const cpu = async () => process.cpu() + (await cpuSecondsOfPostgres(fixture.product.database.pool))
    await fixture.clear()
    const before = await cpu()
    const seconds = (await load(report)) / 1000
    const result = { seconds, cpu: (await cpu()) - before }
    await fixture.check(report, 'campaign_fact')
    if (name !== 'limit') await fixture.check(report, 'campaign_day')
    return result
  }
  try {
    for (const report of new Set([plan.warmUp, plan.report])) {
      // In a separate process; otherwise our side would start warmer than the others.
      await fixture.clear()
      await loadInSeparateProcess(fixture, report, plan)
      await fixture.writeCsv(csvOf(folder, report), report.connection.id)
    }
    for (const name of sideNames) await runSide(name, plan.warmUp)

    const costs: Record<SideName, RunCost[]> = { ours: [], naive: [], limit: [] }
    for (let round = 1; round <= plan.rounds; round += 1) {
      // The naive build is slow and runs only once.
      for (const name of sideNames)
        if (name !== 'naive' || round === 1) costs[name].push(await runSide(name, plan.report))
      plan.log(
        `Round ${round}: ${sideNames.map(name => `${name} ${formatCost(costs[name][round - 1])}`).join(', ')}`,
      )
    }
    const medianCost = (name: SideName): RunCost => ({
      seconds: median(costs[name].map(({ seconds }) => seconds)),
      cpu: median(costs[name].map(({ cpu }) => cpu)),
    })
    return { ours: medianCost('ours'), naive: medianCost('naive'), limit: medianCost('limit') }
  } finally {
    await Promise.all(sideNames.map(name => sides[name].process.end()))
    await rm(folder, { recursive: true, force: true })
  }
}

const formatCost = (cost: RunCost | undefined): string =>
  cost ? `${formatNumber(cost.seconds)} s (${formatNumber(cost.cpu)} s processor time)` : ''

const csvOf = (folder: string, { amazonReportId }: PreparedReport): string =>
  join(folder, `${amazonReportId}.csv`)

async function loadInSeparateProcess(
  fixture: Fixture,
  report: PreparedReport,
  options: Pick<BenchOptions, 'profile' | 'log'>,
): Promise<void> {
  const worker = startWorker()
  await worker.call('open', fixture.plan)
  const reportId = await fixture.record(report)
  await runProfiled(worker, 'A load', options, () => worker.call('load', reportId))
  await worker.end()
}

async function openSides(fixture: Fixture, folder: string): Promise<Record<SideName, Side>> {
  const worker = startWorker()
  const naive = new BenchProcess<NaiveCalls>(join(import.meta.dirname, 'naive.ts'))
  const limit = new BenchProcess<LimitCalls>(join(import.meta.dirname, 'limit.ts'))
  const { databaseUrl } = fixture.plan
  await worker.call('open', fixture.plan)
  await naive.call('open', databaseUrl)
  await limit.call('open', databaseUrl)
  return {
    ours: {
      process: worker,
      load: async report => worker.call('load', await fixture.record(report)),
    },
    naive: {
      process: naive,
      async load(report) {
        const { id: connectionId } = report.connection
        return naive.call('load', { url: await fixture.fileUrl(report), connectionId })
      },
    },
    limit: {
      process: limit,
      load: report => limit.call('load', csvOf(folder, report)),
    },
  }
}

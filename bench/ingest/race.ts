import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BenchProcess } from '../bench-process.ts'
import { cpuOfPostgres } from '../cpu.ts'
import { median, rounded } from '../measures.ts'
import type { BenchOptions } from '../options.ts'
import { profiled } from '../profiled.ts'
import { workerFlags } from '../worker-flags.ts'
import type { Fixture, PreparedReport } from './fixture.ts'
import type { LimitCalls } from './limit.ts'
import type { NaiveCalls } from './naive.ts'
import type { WorkerCalls } from './worker.ts'

export const startWorker = () =>
  new BenchProcess<WorkerCalls>(join(import.meta.dirname, 'worker.ts'), workerFlags)

const names = ['ours', 'naive', 'limit'] as const
type SideName = (typeof names)[number]

interface Side {
  readonly process: Pick<BenchProcess<WorkerCalls>, 'cpu' | 'end'>
  /** @returns milliseconds. */
  readonly load: (report: PreparedReport) => Promise<number>
}

interface RunCost {
  readonly seconds: number
  /** Of the side and PostgreSQL; unlike clock time, unaffected by other work on the machine. */
  readonly cpu: number
}

/**
 * Runs every side in turn each round, on empty tables after a checkpoint, and checks each result.
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
  const turn = async (name: SideName, report: PreparedReport): Promise<RunCost> => {
    const { process, load } = sides[name]
    const cpu = async () => process.cpu() + (await cpuOfPostgres(fixture.product.database.pool))
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
      // Loads in a process that is not measured, which would otherwise be warmer than the others.
      await fixture.clear()
      await loadApart(fixture, report, plan)
      await fixture.writeCsv(csvOf(folder, report), report.connection.id)
    }
    for (const name of names) await turn(name, plan.warmUp)

    const turns: Record<SideName, RunCost[]> = { ours: [], naive: [], limit: [] }
    for (let round = 1; round <= plan.rounds; round += 1) {
      // The naive build is slow enough that one run has to do.
      for (const name of names)
        if (name !== 'naive' || round === 1) turns[name].push(await turn(name, plan.report))
      plan.log(
        `Round ${round}: ${names.map(name => `${name} ${formatTurn(turns[name][round - 1])}`).join(', ')}`,
      )
    }
    const middle = (name: SideName): RunCost => ({
      seconds: median(turns[name].map(({ seconds }) => seconds)),
      cpu: median(turns[name].map(({ cpu }) => cpu)),
    })
    return { ours: middle('ours'), naive: middle('naive'), limit: middle('limit') }
  } finally {
    await Promise.all(names.map(name => sides[name].process.end()))
    await rm(folder, { recursive: true, force: true })
  }
}

const formatTurn = (turn: RunCost | undefined): string =>
  turn ? `${rounded(turn.seconds)} s (${rounded(turn.cpu)} s of processors)` : ''

const csvOf = (folder: string, { amazonReportId }: PreparedReport): string =>
  join(folder, `${amazonReportId}.csv`)

async function loadApart(
  fixture: Fixture,
  report: PreparedReport,
  options: Pick<BenchOptions, 'profile' | 'log'>,
): Promise<void> {
  const worker = startWorker()
  await worker.call('open', fixture.plan)
  const recorded = await fixture.record(report)
  await profiled(worker, 'A load', options, () => worker.call('load', recorded))
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
        return naive.call('load', { url: await fixture.urlWithQuery(report), connectionId })
      },
    },
    limit: {
      process: limit,
      load: report => limit.call('load', csvOf(folder, report)),
    },
  }
}

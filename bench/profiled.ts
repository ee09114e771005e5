import type { BenchProcess, Calls } from './bench-process.ts'
import { columns, formatNumber } from './measures.ts'
import type { BenchOptions } from './options.ts'
import type { Share } from './profiler.ts'

/**
 * Runs the work and, with `--profile`, prints where the process's time and memory went. Profiling itself costs time.
 */
export async function runProfiled<ChildCalls extends Calls, Result>(
  process: BenchProcess<ChildCalls>,
  title: string,
  { profile, log }: Pick<BenchOptions, 'profile' | 'log'>,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!profile) return work()
  await process.beginProfile()
  const result = await work()
  const { time, memory } = await process.endProfile()
  log(`${title}, milliseconds by function:\n${tableOf(time.functions)}`)
  log(`${title}, milliseconds by package:\n${tableOf(time.packages)}`)
  log(`${title}, megabytes allocated by function:\n${tableOf(memory.functions)}`)
  log(`${title}, megabytes allocated by package:\n${tableOf(memory.packages)}`)
  return result
}

const tableOf = (shares: readonly Share[]): string =>
  columns(shares.map(({ where, amount }) => [`  ${formatNumber(amount)}`, where]))

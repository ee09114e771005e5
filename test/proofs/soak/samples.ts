import { readdir } from 'node:fs/promises'
import { memoryOf } from '../../../bench/bench-process.ts'
import type { Process, Site } from '../outages/site.ts'

export interface ProcessSample {
  readonly hour: number
  /** `web 1`, `worker 2`. */
  readonly process: string
  readonly pid: number
  readonly memory: number
  /** Open file descriptors, sockets included. */
  readonly handles: number
  /** Database connections in use, and requests waiting for one; null while the process reports no metrics. */
  readonly inUse: number | null
  readonly waiting: number | null
}

export interface TableSample {
  readonly hour: number
  readonly table: string
  /** Includes the table's indexes. */
  readonly megabytes: number
  readonly live: number
  readonly dead: number
}

export async function sampleProcesses(site: Site, hour: number): Promise<ProcessSample[]> {
  const samples = await Promise.all(site.processes.map(process => sampleOf(process, site, hour)))
  return samples.filter(sample => sample !== null)
}

async function sampleOf(process: Process, { processes }: Site, hour: number): Promise<ProcessSample | null> {
  const { kind, child, operationsPort } = process
  const pid = child.pid ?? 0
  const at = processes.filter(other => other.kind === kind).indexOf(process) + 1
  try {
    const [handles, poolUsage] = await Promise.all([readdir(`/proc/${pid}/fd`), poolUsageOf(operationsPort)])
    return {
      hour,
      process: `${kind} ${at}`,
      pid,
      memory: memoryOf(pid).now,
      handles: handles.length,
      ...poolUsage,
    }
  } catch {
    // The process is being killed or started.
    return null
  }
}

/** Returns the sum over all pools of the process. */
async function poolUsageOf(port: number): Promise<Pick<ProcessSample, 'inUse' | 'waiting'>> {
  const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(1000) }).catch(
    () => null,
  )
  if (!answer?.ok) return { inUse: null, waiting: null }
  const text = await answer.text()
  const sum = (state: string) =>
    [
      ...text.matchAll(new RegExp(`^ads_database_pool_connections\\{.*state="${state}".*\\} (\\d+)$`, 'gm')),
    ].reduce((total, [, count]) => total + Number(count), 0)
  return { inUse: sum('total') - sum('idle'), waiting: sum('waiting') }
}

export function sampleTables({ product }: Site, hour: number): Promise<TableSample[]> {
  return product.query<TableSample>(
    `select $1::float8 as hour, relname as table, pg_total_relation_size(relid) / 1e6::float8 as megabytes,
       n_live_tup::int as live, n_dead_tup::int as dead
     from pg_stat_user_tables`,
    [hour],
  )
}

/** Slope per hour (least squares). */
export function slopeOf(points: readonly (readonly [hour: number, value: number])[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [meanHour, meanValue] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const sum = (of: (x: number, y: number) => number) =>
    points.reduce((total, [x, y]) => total + of(x - meanHour, y - meanValue), 0)
  return sum((x, y) => x * y) / sum(x => x * x)
}

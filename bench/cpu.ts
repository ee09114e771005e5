import { readdirSync, readFileSync } from 'node:fs'
import type { Pool } from 'pg'

const ticksPerSecond = 100

/** Parent process id, and processor seconds: the process's own and its ended children's (Linux, proc_pid_stat(5)). */
function timesOf(pid: number): { parent: number; own: number; ended: number } | null {
  try {
    // The process name, in brackets, may contain spaces and brackets.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ').map(Number) ?? []
    const [, parent = 0] = fields
    const [user = 0, system = 0, endedUser = 0, endedSystem = 0] = fields.slice(11, 15)
    return {
      parent,
      own: (user + system) / ticksPerSecond,
      ended: (endedUser + endedSystem) / ticksPerSecond,
    }
  } catch {
    return null
  }
}

export const cpuSecondsOf = (pid: number): number => timesOf(pid)?.own ?? 0

/**
 * Processor milliseconds of all threads, with microsecond precision (Linux, sched-stats). Other processes don't affect
 * it, and disk waits are not included. Null for an ended process.
 */
export function cpuMillisecondsOf(pid: number): number | null {
  try {
    const threadTimes = readdirSync(`/proc/${pid}/task`).map(thread => {
      const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')
      return Number(nanoseconds) / 1e6
    })
    return threadTimes.reduce((sum, each) => sum + each, 0)
  } catch {
    return null
  }
}

/** Processor seconds of all PostgreSQL server processes. */
export async function cpuSecondsOfPostgres(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ pid: number }>('select pg_backend_pid() as pid')
  const serverPid = timesOf(rows[0]?.pid ?? 0)?.parent ?? 0
  const server = timesOf(serverPid)
  const children = readdirSync('/proc')
    .map(name => timesOf(Number(name)))
    .filter(times => times?.parent === serverPid)
  return (
    (server?.own ?? 0) + (server?.ended ?? 0) + children.reduce((sum, times) => sum + (times?.own ?? 0), 0)
  )
}

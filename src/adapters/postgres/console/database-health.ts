import { setTimeout as sleep } from 'node:timers/promises'
import { DatabaseError, type Pool } from 'pg'
import { DatabaseHealth, type DatabaseHealthReport } from '../../../admin/ports.ts'
import { poolTimeoutError } from '../engine/pool.ts'

/** Milliseconds. */
const timeout = 2000

const healthQuery = {
  text: `select array(select name from migration) as applied, (select max(seen_at) from worker_heartbeat) as seen_at`,
  // Missing from pg's types.
  query_timeout: timeout,
}

const undefinedTable = '42P01'

export class PostgresDatabaseHealth extends DatabaseHealth {
  readonly #pages: Pool
  readonly #migrations: readonly string[]

  /** @param pages the pages' pool, so that the check fails when no page gets a client. */
  constructor({ pages, migrations }: { readonly pages: Pool; readonly migrations: readonly string[] }) {
    super()
    this.#pages = pages
    this.#migrations = migrations
  }

  async check(): Promise<DatabaseHealthReport> {
    const answer = this.#query()
    // It may still fail after the timeout.
    answer.catch(() => undefined)
    const timedOut = sleep(timeout, undefined, { ref: false }).then(() => {
      throw poolTimeoutError(timeout)
    })
    return Promise.race([answer, timedOut])
  }

  async #query(): Promise<DatabaseHealthReport> {
    try {
      const { rows } = await this.#pages.query<{ applied: string[]; seen_at: Date | null }>(healthQuery)
      const applied = new Set(rows[0]?.applied)
      // A newer database has more migrations and still works (decision 22).
      const pending = this.#migrations.filter(name => !applied.has(name))
      return { pendingMigrations: pending.length, workerSeenAt: rows[0]?.seen_at ?? null }
    } catch (error) {
      if (!(error instanceof DatabaseError && error.code === undefinedTable)) throw error
      return { pendingMigrations: this.#migrations.length, workerSeenAt: null }
    }
  }
}

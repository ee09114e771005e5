import type { Pool } from 'pg'

/**
 * What was seeded is counted and on the disk, and what it left in our own memory is collected: neither is to happen while something is
 * timed, which PostgreSQL would do minutes later, and we in the middle of it.
 */
export async function settle(pool: Pool): Promise<void> {
  await pool.query('vacuum analyze')
  await pool.query('checkpoint')
  // There is one with the flag that `npm run bench` gives.
  globalThis.gc?.()
}

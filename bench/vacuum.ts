import type { Pool } from 'pg'

/**
 * Vacuums, checkpoints and collects garbage after seeding. Otherwise PostgreSQL and we would do so minutes later,
 * during the measurement.
 */
export async function vacuumAndCheckpoint(pool: Pool): Promise<void> {
  await pool.query('vacuum analyze')
  await pool.query('checkpoint')
  // Defined with the flag that `npm run bench` passes.
  globalThis.gc?.()
}

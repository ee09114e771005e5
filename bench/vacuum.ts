import type { Pool } from 'pg'

/**
 * Vacuums, checkpoints and collects garbage after seeding. Otherwise PostgreSQL and Node would do so minutes later,
 * during the measurement.
 */
export async function vacuumAndCheckpoint(pool: Pool): Promise<void> {
  await pool.query('vacuum analyze')
  await pool.query('checkpoint')
  // Defined only with `--expose-gc`, which `npm run bench` passes.
  globalThis.gc?.()
}

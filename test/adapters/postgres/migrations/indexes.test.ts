import pg from 'pg'
import t from 'tap'
import { expectedIndexes, readIndexStatus } from '../../../../src/adapters/postgres/migrations/indexes.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

t.test('S-54 the list of indexes matches exactly what the migrations create', async t => {
  const database = await cloneDatabase()
  const pool = new pg.Pool({ connectionString: database.url, max: 1 })
  t.teardown(async () => {
    await pool.end()
    await database.drop()
  })
  const { rows } = await pool.query<{ name: string }>(
    `select indexname as name from pg_indexes where schemaname = 'public'`,
  )

  t.strictSame([...expectedIndexes].sort(), rows.map(({ name }) => name).sort())
  t.strictSame(await readIndexStatus(pool), { missing: [], invalid: [], hasTrigrams: true })

  await pool.query('drop extension pg_trgm cascade')
  t.strictSame(await readIndexStatus(pool), {
    missing: ['case_summary_search_text'],
    invalid: [],
    hasTrigrams: false,
  })
})

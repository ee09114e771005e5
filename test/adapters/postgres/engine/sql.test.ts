import t, { type Test } from 'tap'
import { openDatabase, PostgresUnitOfWork } from '../../../../src/adapters/postgres/engine/database.ts'
import { sql } from '../../../../src/adapters/postgres/engine/sql.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

async function open(t: Test, poolSize = 2) {
  const { url, drop } = await cloneDatabase()
  const database = await openDatabase(new Secret(url), { poolSize, onError: error => t.error(error) })
  t.teardown(async () => {
    await database.close()
    await drop()
  })
  return database
}

t.test('a statement passes and returns the same values on every client', async t => {
  const { em, pool, sql: statements } = await open(t)
  const at = new Date('2026-01-02T03:04:05.678Z')
  const row = {
    at,
    day: '2026-01-02',
    list: ['a,b', '"c"'],
    times: [at],
    count: '7',
    share: '0.10',
    none: null,
  }
  const statement = sql`select ${at}::timestamptz as at, ${row.day}::date as day, ${row.list}::text[] as list,
    ${row.times}::timestamptz[] as times, ${7}::bigint as count, ${'0.10'}::numeric as share, ${null}::text as none`

  t.strictSame(await statements.query(statement), [row])
  t.strictSame(await statements.query(statement, { preparedAs: 'values' }), [row])
  const unitOfWork = new PostgresUnitOfWork(em)
  t.strictSame(await unitOfWork.transaction(() => statements.query(statement, { preparedAs: 'values' })), [
    row,
  ])
  t.strictSame((await pool.query(statement)).rows, [row])
})

t.test('a statement joins the current transaction', async t => {
  const { em, sql: statements } = await open(t)
  const transactionId = sql`select txid_current()::text as id`
  const query = () => statements.query<{ id: string }>(transactionId, { preparedAs: 'transaction id' })

  const [first, second] = await new PostgresUnitOfWork(em).transaction(() => Promise.all([query(), query()]))

  t.strictSame(first, second)
  t.notSame(await query(), first)
})

t.test('only a statement with a name is prepared, and stays so after an error', async t => {
  const { sql: statements } = await open(t, 1)
  const divide = (by: number) =>
    statements.query(sql`select 1 / ${by}::int as result`, { preparedAs: 'divide' })

  await divide(1)
  await t.rejects(divide(0), { message: /division by zero/ })
  await statements.query(sql`select 1`)

  const prepared = await statements.query(sql`select name from pg_prepared_statements`)
  t.strictSame(prepared, [{ name: 'divide' }])
})

const commitMode = sql`select current_setting('synchronous_commit') as commits from light`

t.test('S-25 a statement without disk sync keeps later commits on its connection durable', async t => {
  const { sql: statements } = await open(t, 1)

  // The test server doesn't wait for the disk by default.
  await statements.query(sql`set synchronous_commit = on`)

  for (let round = 0; round < 2; round += 1) {
    const rows = await statements.queryWithAsyncCommit(commitMode, { preparedAs: 'commit mode' })
    t.strictSame(rows, [{ commits: 'off' }], 'its own commit is not durable')
    t.strictSame(await statements.query(sql`show synchronous_commit`), [{ synchronous_commit: 'on' }])
  }
})

t.test('S-25 a statement without disk sync is rejected within a transaction', async t => {
  const { em, sql: statements } = await open(t)

  await t.rejects(
    em.transactional(() => statements.queryWithAsyncCommit(commitMode, { preparedAs: 'commit mode' })),
    { message: /inside a unit of work/ },
  )
})

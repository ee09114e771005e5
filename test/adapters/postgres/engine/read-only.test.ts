import t from 'tap'
import {
  assertReadOnly,
  openDatabase,
  PostgresUnitOfWork,
} from '../../../../src/adapters/postgres/engine/database.ts'
import { preparedStatement } from '../../../../src/adapters/postgres/engine/prepared-statements.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { cloneDatabase } from '../../../support/cluster.ts'

t.test('S-44 a read-only database connection rejects every kind of write', async t => {
  const clone = await cloneDatabase()
  const onError = () => undefined
  const readOnlyDatabase = await openDatabase(new Secret(clone.url), {
    poolSize: 2,
    isReadOnly: true,
    onError,
  })
  const writableDatabase = await openDatabase(new Secret(clone.url), { poolSize: 2, onError })
  t.teardown(async () => {
    await Promise.all([readOnlyDatabase.close(), writableDatabase.close()])
    await clone.drop()
  })
  const { em, pool, prepared } = readOnlyDatabase
  const deleteUsers = 'delete from app_user'
  const readOnlyError = { message: /read-only transaction/ }
  for (const sql of [deleteUsers, 'truncate app_user cascade', 'create table t (a int)']) {
    await t.rejects(em.execute(sql), readOnlyError, sql)
    await t.rejects(pool.query(sql), readOnlyError, sql)
    await t.rejects(
      new PostgresUnitOfWork(em).transaction(() => em.execute(sql)),
      readOnlyError,
      sql,
    )
  }
  await t.rejects(prepared.query(preparedStatement('erase users', deleteUsers), []), readOnlyError)
  await t.rejects(pool.query('select from app_user for update'), readOnlyError)
  t.strictSame(await em.execute('select count(*)::int as count from app_user'), [{ count: 0 }])

  await t.rejects(assertReadOnly(writableDatabase.pool), {
    message: /read-only database connection accepts writes/,
  })
  await assertReadOnly(pool)
})

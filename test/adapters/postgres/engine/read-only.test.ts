import t from 'tap'
import { openDatabase, PostgresUnitOfWork } from '../../../../src/adapters/postgres/engine/database.ts'
import { preparedStatement } from '../../../../src/adapters/postgres/engine/prepared-statements.ts'
import { PostgresReadOnlyTransaction } from '../../../../src/adapters/postgres/engine/read-only-transaction.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { cloneDatabase } from '../../../support/cluster.ts'

t.test('S-44 a read-only transaction rejects every kind of write', async t => {
  const clone = await cloneDatabase()
  const { em, prepared, close } = await openDatabase(new Secret(clone.url), {
    poolSize: 2,
    onError: () => undefined,
  })
  t.teardown(async () => {
    await close()
    await clone.drop()
  })
  const readOnlyTransaction = new PostgresReadOnlyTransaction(em)
  const deleteUsers = 'delete from app_user'
  const readOnlyError = { message: /read-only transaction/ }
  for (const sql of [
    deleteUsers,
    'truncate app_user cascade',
    'create table t (a int)',
    'select from app_user for update',
  ]) {
    await t.rejects(
      readOnlyTransaction.run(() => em.execute(sql)),
      readOnlyError,
      sql,
    )
    await t.rejects(
      readOnlyTransaction.run(() => new PostgresUnitOfWork(em).transaction(() => em.execute(sql))),
      readOnlyError,
      `${sql} in a unit of work`,
    )
  }
  const eraseUsers = preparedStatement('erase users', deleteUsers)
  await t.rejects(
    readOnlyTransaction.run(() => prepared.query(eraseUsers, [])),
    readOnlyError,
  )
  const count = () => em.execute('select count(*)::int as count from app_user')
  t.strictSame(await readOnlyTransaction.run(count), [{ count: 0 }])
  await em.execute(deleteUsers)
})

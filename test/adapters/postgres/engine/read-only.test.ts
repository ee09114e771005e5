import t from 'tap'
import { openDatabase, PostgresUnitOfWork } from '../../../../src/adapters/postgres/engine/database.ts'
import { PostgresReadOnlyTransaction } from '../../../../src/adapters/postgres/engine/read-only-transaction.ts'
import { raw } from '../../../../src/adapters/postgres/engine/sql.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

t.test('S-44 a read-only transaction rejects every kind of write', async t => {
  const clone = await cloneDatabase()
  const {
    em,
    sql: statements,
    close,
  } = await openDatabase(new Secret(clone.url), {
    poolSize: 2,
    onError: () => undefined,
  })
  t.teardown(async () => {
    await close()
    await clone.drop()
  })
  const readOnlyTransaction = new PostgresReadOnlyTransaction(em)
  const unitOfWork = new PostgresUnitOfWork(em)
  const deleteUsers = 'delete from app_user'
  const readOnlyError = { message: /read-only transaction/ }
  for (const sql of [
    deleteUsers,
    'truncate app_user cascade',
    'create table t (a int)',
    'select from app_user for update',
  ]) {
    for (const [how, write] of Object.entries({
      'an entity manager': () => em.execute(sql),
      'a statement': () => statements.query(raw(sql), { preparedAs: sql }),
      'a unit of work': () => unitOfWork.transaction(() => statements.query(raw(sql))),
    }))
      await t.rejects(readOnlyTransaction.run(write), readOnlyError, `${how}: ${sql}`)
  }
  const count = () => statements.query(raw('select count(*)::int as count from app_user'))
  t.strictSame(await readOnlyTransaction.run(count), [{ count: 0 }])
  await statements.query(raw(deleteUsers))
})

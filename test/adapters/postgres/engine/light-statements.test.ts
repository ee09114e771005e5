import t from 'tap'
import { openDatabase } from '../../../../src/adapters/postgres/engine/database.ts'
import { asyncCommitStatement } from '../../../../src/adapters/postgres/engine/prepared-statements.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { cloneDatabase } from '../../../support/cluster.ts'

const commitModeStatement = asyncCommitStatement(
  'commit mode',
  `select current_setting('synchronous_commit') as commits from light`,
)

t.test('S-25 a statement without disk sync keeps later commits on its connection durable', async t => {
  const { url, drop } = await cloneDatabase()
  t.teardown(drop)
  const database = await openDatabase(new Secret(url), { poolSize: 1, onError: error => t.error(error) })
  t.teardown(() => database.close())

  // The test server doesn't wait for the disk by default.
  await database.pool.query('set synchronous_commit = on')

  for (let round = 0; round < 2; round += 1) {
    await database.prepared.query(commitModeStatement, [])
    const { rows } = await database.pool.query('show synchronous_commit')
    t.strictSame(rows, [{ synchronous_commit: 'on' }])
  }
  const { rows: commitMode } = await database.pool.query(commitModeStatement.text)
  t.strictSame(commitMode, [{ commits: 'off' }], 'its own commit is not durable')
})

t.test('S-25 a statement without disk sync is rejected within a transaction', async t => {
  const { url, drop } = await cloneDatabase()
  t.teardown(drop)
  const database = await openDatabase(new Secret(url), { onError: error => t.error(error) })
  t.teardown(() => database.close())

  await t.rejects(
    database.em.transactional(() => database.prepared.query(commitModeStatement, [])),
    { message: /inside a unit of work/ },
  )
})

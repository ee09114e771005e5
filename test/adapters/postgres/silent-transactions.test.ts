import type { Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { openDatabase, PostgresUnitOfWork } from '../../../src/adapters/postgres/database.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { cloneDatabase } from '../../support/cluster.ts'

/** Longer than a lease, as a process that is frozen in the middle of a transaction. */
const asleep = 4000

t.test(
  'S-25 a transaction that falls silent for longer than a lease keeps no row and commits nothing',
  async t => {
    const clone = await cloneDatabase()
    const database = await openDatabase(new Secret(clone.url), { onError: () => undefined })
    t.teardown(async () => {
      await database.close()
      await clone.drop()
    })
    const { em, pool } = database
    await pool.query('create table thing (id int primary key, holder text)')
    await pool.query(`insert into thing values (1, 'nobody'), (2, 'nobody')`)
    const take = (id: number) => `update thing set holder = 'the sleeper' where id = ${id}`
    const takeOver = (id: number) => pool.query(`update thing set holder = 'the other' where id = ${id}`)

    await t.test('in a unit of work', async t => {
      const sleeping = new PostgresUnitOfWork(em).run(async () => {
        await em.execute(take(1))
        await sleep(asleep)
      })
      const slept = t.rejects(sleeping)
      await sleep(100)
      const start = Date.now()
      await takeOver(1)
      t.ok(Date.now() - start < asleep - 200, 'the other does not wait until the sleeper wakes')
      await slept
    })

    await t.test('on a raw client, as a load has it', async t => {
      const client = await pool.connect()
      await client.query('begin')
      await client.query(take(2))
      const start = Date.now()
      await takeOver(2)
      t.ok(Date.now() - start < asleep - 200)
      await t.rejects(client.query('commit'))
      client.release(true)
    })

    await t.test('on a line that died in the middle of a long statement', async t => {
      const client = await pool.connect()
      await client.query('begin')
      await client.query(`update thing set holder = 'the dead' where id = 2`)
      const long = client.query('select pg_sleep(30)')
      const died = t.rejects(long)
      await sleep(100)
      ;(client as unknown as { connection: { stream: Socket } }).connection.stream.destroy()
      await died
      client.release(true)
      const start = Date.now()
      await takeOver(2)
      t.ok(Date.now() - start < asleep, 'PostgreSQL looks every second who is still there')
    })

    const { rows } = await pool.query<{ holder: string }>('select holder from thing')
    t.strictSame(
      rows.map(({ holder }) => holder),
      ['the other', 'the other'],
    )
  },
)

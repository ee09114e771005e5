import pg from 'pg'
import t from 'tap'
import {
  type ClockSkewNotice,
  resolveTime,
  SynchronisedClock,
} from '../../../../src/adapters/postgres/engine/synchronised-clock.ts'
import { cloneDatabase } from '../../../support/servers/cluster.ts'

const hour = 3_600_000
const noon = Date.parse('2026-01-01T12:00:00Z')
const resolveAt = (steady: number, machine: number, database: number, machineAhead = 0) =>
  resolveTime({
    steady: noon + steady,
    machine: noon + machine,
    machineAhead,
    database: [noon + database, noon + database + 30],
  })

t.test('S-24 a jump of a single clock is ignored', async t => {
  for (const jump of [hour, -hour]) {
    t.equal(resolveAt(0, jump, 0), noon, 'the machine’s clock')
    t.equal(resolveAt(0, 0, jump), null, 'PostgreSQL’s clock')
    t.ok(
      Math.abs((resolveAt(0, jump, jump) ?? 0) - noon - jump) <= 30,
      'when both jump, the time has changed or the machine has slept',
    )
    t.ok(
      Math.abs((resolveAt(0, 2 * jump, jump, jump) ?? 0) - noon - jump) <= 30,
      'also when the machine’s clock was wrong before',
    )
    t.ok(
      Math.abs((resolveAt(0, jump, jump, jump) ?? 0) - noon - jump) <= 30,
      'or jumped first: both clocks agree now',
    )
    t.equal(resolveAt(0, jump, -jump), null, 'both clocks are wrong independently')
  }
})

t.test('PostgreSQL’s clock is followed within the uncertainty of the reading', async t => {
  t.equal(resolveAt(10, 0, 0), noon + 10, 'PostgreSQL’s clock may have been read at exactly that time')
  t.equal(resolveAt(500, 0, 0), noon + 30)
  t.equal(resolveAt(-500, 0, 0), noon)
  t.equal(resolveAt(4000, 999, 0), noon + 30)
})

t.test('S-24 a process uses its database’s time regardless of the machine’s clock', async t => {
  const database = await cloneDatabase()
  const pool = new pg.Pool({ connectionString: database.url })
  t.teardown(async () => {
    await pool.end()
    await database.drop()
  })
  const notices: ClockSkewNotice[] = []
  const realNow = Date.now
  const clock = await SynchronisedClock.open({ pool, onNotice: notice => notices.push(notice) })
  t.teardown(() => {
    Date.now = realNow
    return clock.close()
  })
  const secondsAhead = () => Math.round((clock.now().getTime() - realNow()) / 1000)
  t.equal(secondsAhead(), 0)

  Date.now = () => realNow() + hour
  t.equal(secondsAhead(), 0)
  await clock.compare()
  t.equal(secondsAhead(), 0)
  t.strictSame(notices, [{ clock: 'machine', aheadSeconds: 3600 }])

  Date.now = realNow
  await clock.compare()
  t.equal(secondsAhead(), 0)
  t.strictSame(notices.slice(1), [{ clock: 'machine', aheadSeconds: 0 }])
})

t.test('S-24 when all clocks are corrected one after the other, the new time is used', async t => {
  let [machine, database] = [0, 0]
  const realNow = Date.now
  Date.now = () => realNow() + machine
  const pool = {
    query: async () => ({ rows: [{ now: String(realNow() + database) }] }),
  } as unknown as pg.Pool
  const notices: ClockSkewNotice[] = []
  const clock = await SynchronisedClock.open({ pool, onNotice: notice => notices.push(notice) })
  t.teardown(() => {
    Date.now = realNow
    return clock.close()
  })
  const measureOffset = async () => {
    await clock.compare()
    return Math.round((clock.now().getTime() - realNow()) / 1000)
  }

  for (const jump of [-hour, 0, hour]) {
    machine = jump
    await measureOffset()
    database = jump
    t.equal(await measureOffset(), jump / 1000)
    t.match(notices.at(-1), { aheadSeconds: 0 }, 'every clock is right again')
  }
})

t.test('a persistent jump of PostgreSQL’s clock is followed eventually', async t => {
  let databaseAhead = 0
  const pool = {
    query: async () => ({ rows: [{ now: String(Date.now() + databaseAhead) }] }),
  } as unknown as pg.Pool
  const notices: ClockSkewNotice[] = []
  const clock = await SynchronisedClock.open({
    pool,
    onNotice: notice => notices.push(notice),
    acceptJumpAfter: 100,
  })
  t.teardown(() => clock.close())
  const measureOffset = async () => {
    await clock.compare()
    return Math.round((clock.now().getTime() - Date.now()) / 1000)
  }

  databaseAhead = hour
  t.equal(await measureOffset(), 0)
  t.strictSame(notices, [{ clock: 'database', aheadSeconds: 3600 }])
  await new Promise(resolve => setTimeout(resolve, 150))
  t.equal(await measureOffset(), 3600)
  t.equal(await measureOffset(), 3600, 'the new time stays in use')
  t.match(notices.at(-1), { clock: 'machine', aheadSeconds: -3600 }, 'the machine’s clock is the wrong one')
})

import pg from 'pg'
import t from 'tap'
import {
  type ClockSkewNotice,
  resolveTime,
  SynchronisedClock,
} from '../../../src/adapters/postgres/synchronised-clock.ts'
import { cloneDatabase } from '../../support/cluster.ts'

const hour = 3_600_000
const noon = Date.parse('2026-01-01T12:00:00Z')
const at = (steady: number, machine: number, database: number, machineAhead = 0) =>
  resolveTime({
    steady: noon + steady,
    machine: noon + machine,
    machineAhead,
    database: [noon + database, noon + database + 30],
  })

t.test('S-24 a single clock that jumps is not followed', async t => {
  for (const by of [hour, -hour]) {
    t.equal(at(0, by, 0), noon, 'the machine’s clock')
    t.equal(at(0, 0, by), null, 'PostgreSQL’s clock')
    t.ok(
      Math.abs((at(0, by, by) ?? 0) - noon - by) <= 30,
      'when both jump, the time has changed or the machine has slept',
    )
    t.ok(
      Math.abs((at(0, 2 * by, by, by) ?? 0) - noon - by) <= 30,
      'also when the machine’s clock was wrong before',
    )
    t.ok(Math.abs((at(0, by, by, by) ?? 0) - noon - by) <= 30, 'or jumped first: two clocks agree now')
    t.equal(at(0, by, -by), null, 'two clocks that are wrong independently')
  }
})

t.test('PostgreSQL’s clock is followed within the uncertainty of the reading', async t => {
  t.equal(at(10, 0, 0), noon + 10, 'it may have been read at exactly that time')
  t.equal(at(500, 0, 0), noon + 30)
  t.equal(at(-500, 0, 0), noon)
  t.equal(at(4000, 999, 0), noon + 30)
})

t.test('S-24 a process uses its database’s time regardless of the machine’s clock', async t => {
  const database = await cloneDatabase()
  const pool = new pg.Pool({ connectionString: database.url })
  t.teardown(async () => {
    await pool.end()
    await database.drop()
  })
  const notices: ClockSkewNotice[] = []
  const right = Date.now
  const clock = await SynchronisedClock.open({ pool, onNotice: notice => notices.push(notice) })
  t.teardown(() => {
    Date.now = right
    return clock.close()
  })
  const ahead = () => Math.round((clock.now().getTime() - right()) / 1000)
  t.equal(ahead(), 0)

  Date.now = () => right() + hour
  t.equal(ahead(), 0)
  await clock.compare()
  t.equal(ahead(), 0)
  t.strictSame(notices, [{ clock: 'machine', aheadSeconds: 3600 }])

  Date.now = right
  await clock.compare()
  t.equal(ahead(), 0)
  t.strictSame(notices.slice(1), [{ clock: 'machine', aheadSeconds: 0 }])
})

t.test('S-24 when all clocks are corrected one after the other, the new time is used', async t => {
  let [machine, database] = [0, 0]
  const right = Date.now
  Date.now = () => right() + machine
  const pool = {
    query: async () => ({ rows: [{ now: String(right() + database) }] }),
  } as unknown as pg.Pool
  const notices: ClockSkewNotice[] = []
  const clock = await SynchronisedClock.open({ pool, onNotice: notice => notices.push(notice) })
  t.teardown(() => {
    Date.now = right
    return clock.close()
  })
  const measureOffset = async () => {
    await clock.compare()
    return Math.round((clock.now().getTime() - right()) / 1000)
  }

  for (const by of [-hour, 0, hour]) {
    machine = by
    await measureOffset()
    database = by
    t.equal(await measureOffset(), by / 1000)
    t.match(notices.at(-1), { aheadSeconds: 0 }, 'no clock is off any longer')
  }
})

t.test('a persistent jump of PostgreSQL’s clock is followed in the end', async t => {
  let ahead = 0
  const pool = {
    query: async () => ({ rows: [{ now: String(Date.now() + ahead) }] }),
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

  ahead = hour
  t.equal(await measureOffset(), 0)
  t.strictSame(notices, [{ clock: 'database', aheadSeconds: 3600 }])
  await new Promise(resolve => setTimeout(resolve, 150))
  t.equal(await measureOffset(), 3600)
  t.equal(await measureOffset(), 3600, 'from then on')
  t.match(notices.at(-1), { clock: 'machine', aheadSeconds: -3600 }, 'the machine’s clock is the wrong one')
})

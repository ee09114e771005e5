import t from 'tap'
import { BuildTableRollUps } from '../../../src/application/performance/build-table-roll-ups.ts'
import { hours } from '../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../src/domain/identifiers.ts'
import { minRollUpRows } from '../../../src/domain/performance/roll-up.ts'
import { neverAborted } from '../../support/contracts/ingestion/figure-tables.ts'
import { loadRows } from '../../support/contracts/load-rows.ts'
import { anActiveConnection, days, hoursLater, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene(accounts = 1) {
  const fakes = openFakes()
  const connections = Array.from({ length: accounts }, () => anActiveConnection())
  for (const connection of connections) await fakes.connections.save(connection)
  const ids = connections.map(({ id }) => id)
  const [first] = ids
  if (!first) throw new Error('at least one account is needed')
  await loadRows(fakes, first, { rows: [{ cost: 1, date: '2026-05-10' }] })
  for (const id of ids) fakes.syncRuns.rollUpsDue.set(id, noon)
  const { rollUps, clock, syncRuns } = fakes
  clock.set(hoursLater(1))
  const rollUp = { level: 'campaigns', counting: 'console', days } as const
  return {
    rollUps,
    ids,
    first,
    rollUp,
    dueAt: (id: ConnectionId) => syncRuns.rollUpsDue.get(id),
    requestRollUp: () => rollUps.request(first, rollUp, { moreThan: 0, now: clock.now() }),
    run: (signal = neverAborted, limit = 9) => new BuildTableRollUps(fakes).execute(limit, signal),
    clock,
  }
}

t.test('S-28 a requested table is rolled up by the next run and then no longer due', async t => {
  const { requestRollUp, run, rollUps, rollUp, first, dueAt } = await scene()
  await requestRollUp()
  t.equal(await run(), 1)
  t.strictSame(rollUps.builtRollUps.get(first), [rollUp])
  t.equal(dueAt(first), undefined)
  t.equal(await run(), 0)
})

t.test('S-28 small tables and accounts without figures get no roll-ups unless requested', async t => {
  const { run, rollUps, ids } = await scene(2)
  t.ok(minRollUpRows > 1)
  t.equal(await run(), 2)
  for (const id of ids) t.strictSame(rollUps.builtRollUps.get(id) ?? [], [])
})

t.test('S-28 a failed roll-up is retried in an hour, after all others', async t => {
  const { requestRollUp, run, rollUps, first, ids, dueAt, clock } = await scene(2)
  await requestRollUp()
  rollUps.build = async () => {
    throw new Error('no disk space')
  }
  clock.advance(1)
  await t.rejects(run(), { errors: [{ message: 'no disk space' }] })
  t.strictSame(dueAt(first), new Date(clock.now().getTime() + hours(1)))
  t.equal(dueAt(ids[1] as ConnectionId), undefined)
})

t.test('S-28 roll-ups that are unfinished when the process ends stay due', async t => {
  const { requestRollUp, run, rollUps, first, dueAt } = await scene()
  await requestRollUp()
  rollUps.build = async () => {
    throw new Error('the process ends')
  }
  t.equal(await run(AbortSignal.abort()), 1)
  t.strictSame(dueAt(first), hoursLater(1))
})

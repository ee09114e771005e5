import t from 'tap'
import { FiguresMismatch, ReconcileFigures } from '../../../src/application/ingestion/reconcile-figures.ts'
import { hours } from '../../../src/domain/calendar.ts'
import { loadRows } from '../../support/contracts/load-rows.ts'
import { anActiveConnection, minutesLater, noon } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const connection = anActiveConnection()
  await fakes.connections.save(connection)
  await loadRows(fakes, connection.id, { rows: [{ cost: 4.2 }], setAside: 2 })
  fakes.clock.set(minutesLater(2))
  const findFiguresEvents = () =>
    fakes.timeline.entries.map(({ event }) => event).filter(({ kind }) => kind.startsWith('figures_'))
  return { ...fakes, connection, findFiguresEvents, reconcileFigures: new ReconcileFigures(fakes) }
}

t.test('S-25 figures that match the file are logged as reconciled once', async t => {
  const { reconcileFigures, syncHistories, connection, findFiguresEvents, timeline } = await scene()

  t.equal(await reconcileFigures.execute(9), 1)
  t.equal(await reconcileFigures.execute(9), 0)

  t.strictSame(findFiguresEvents(), [{ kind: 'figures_reconciled', days: 30, setAside: 2 }])
  const { userId, id: connectionId } = connection
  t.has(timeline.of('figures_reconciled'), [{ userId, connectionId }])
  t.strictSame((await syncHistories.of(connection.id)).reconciled, {
    checkedAt: minutesLater(2),
    mismatches: 0,
  })
})

/** Changes one figure of the stored facts. */
function corruptFacts({ loader }: Awaited<ReturnType<typeof scene>>): void {
  const key = loader.facts.entries()[0]?.[0]
  if (!key) throw new Error('nothing was loaded')
  loader.facts.set(
    key,
    (loader.facts.get(key) ?? []).map(([day, ...values]) => [
      day,
      ...values.map(value => (value === '4.2' ? '4.21' : value)),
    ]),
  )
}

t.test('S-25 a served figure that is wrong raises an alert that names it', async t => {
  const setup = await scene()
  const { reconcileFigures, syncHistories, connection, findFiguresEvents, clock } = setup
  corruptFacts(setup)

  const alert = await reconcileFigures.execute(9).catch(error => error)

  t.ok(alert instanceof AggregateError)
  t.match(alert.errors, [FiguresMismatch])
  t.match(alert.errors[0].message, /sp_campaigns 2026-05-01 cost: 4\.21, not 4\.2$/)
  t.has((await syncHistories.of(connection.id)).reconciled, { mismatches: 3 })
  t.match(findFiguresEvents(), [
    {
      kind: 'figures_mismatch',
      count: 3,
      mismatches: [{ figure: 'cost' }, { figure: 'rolled up cost' }, { figure: 'total cost' }],
    },
  ])
  clock.advance(hours(2))
  t.equal(await reconcileFigures.execute(9), 0, 'the alert is raised only once')
})

t.test('S-25 of two concurrent checks only one raises the alert', async t => {
  const setup = await scene()
  corruptFacts(setup)

  const results = await Promise.allSettled([
    setup.reconcileFigures.execute(9),
    setup.reconcileFigures.execute(9),
  ])

  t.strictSame(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
  t.equal(setup.findFiguresEvents().length, 1)
})

t.test('S-25 a connection that another process has checked is not checked again', async t => {
  const { reconcileFigures, reconciliations, findFiguresEvents } = await scene()
  const due = await reconciliations.due(minutesLater(2), 9)
  await reconcileFigures.execute(9)
  reconciliations.due = async () => due

  t.equal(await reconcileFigures.execute(9), 1)
  t.equal(findFiguresEvents().length, 1)
})

t.test('S-25 a sync run that loaded nothing logs no reconciliation', async t => {
  const { reconcileFigures, syncRuns, connections, findFiguresEvents } = await scene()
  await reconcileFigures.execute(9)
  const other = anActiveConnection()
  await connections.save(other)
  syncRuns.reconciliations.set(other.id, { dueAt: noon, latest: null })

  t.equal(await reconcileFigures.execute(9), 1)
  t.equal(findFiguresEvents().length, 1)
  t.equal(await reconcileFigures.execute(9), 0)
})

t.test('S-25 figures that cannot be read are checked an hour later', async t => {
  const { reconcileFigures, reconciliations, clock, findFiguresEvents } = await scene()
  const totals = reconciliations.totals.bind(reconciliations)
  reconciliations.totals = async () => {
    throw new TypeError('the connection broke')
  }
  await t.rejects(reconcileFigures.execute(9), AggregateError)
  reconciliations.totals = totals

  t.equal(await reconcileFigures.execute(9), 0)
  clock.advance(hours(1))
  t.equal(await reconcileFigures.execute(9), 1)
  t.match(findFiguresEvents(), [{ kind: 'figures_reconciled' }])
})

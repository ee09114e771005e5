import t from 'tap'
import { GetDashboard } from '../../../src/application/performance/get-dashboard.ts'
import { addDays, type DayRange } from '../../../src/domain/calendar.ts'
import type { ReportType } from '../../../src/domain/ingestion/catalogue.ts'
import type { FileRow } from '../../../src/domain/ingestion/fact-row.ts'
import type { PeriodChoice } from '../../../src/domain/performance/period.ts'
import { loadRows } from '../../support/contracts/load-rows.ts'
import { anActiveConnection, day, days } from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

async function scene() {
  const fakes = openFakes()
  const connection = anActiveConnection()
  await fakes.connections.save(connection)
  const load = (rows: readonly FileRow[], range: DayRange = days, type: ReportType = 'sp_campaigns') =>
    loadRows(fakes, connection.id, { rows, range, type })
  const getDashboard = new GetDashboard(fakes)
  const account = { connectionId: connection.id, timezone: connection.profile.timezone }
  const getResult = (choice: PeriodChoice = { preset: '30d' }, limit = 10) =>
    getDashboard.execute(account, choice, 'console', limit)
  return {
    ...fakes,
    connection,
    load,
    getResult,
    async show(choice?: PeriodChoice, limit?: number) {
      const outcome = await getResult(choice, limit)
      if (outcome.result !== 'figures') throw new Error(`expected figures, got ${outcome.result}`)
      return outcome.dashboard
    },
  }
}

t.test('S-28 a connection without loaded data has no figures', async t => {
  const { getResult } = await scene()

  t.strictSame(await getResult(), { result: 'nothing_loaded' })
})

t.test('S-28 the last 30 loaded days are shown with an entry for every day', async t => {
  const { show, load } = await scene()
  await load([
    { date: days.from, impressions: 100, clicks: 4, cost: 1.1, sales7d: 10, purchases7d: 2 },
    { date: days.to, impressions: 300, clicks: 6, cost: 0.2, sales7d: 3, purchases7d: 1 },
  ])

  const dashboard = await show()

  t.strictSame(dashboard.days, days)
  t.match(dashboard.now, { impressions: 400, clicks: 10, orders: 3, cost: '1.3', sales: '13', ctr: 0.025 })
  t.equal(dashboard.daily.length, 30)
  t.match(dashboard.daily[0], { day: days.from, cost: '1.1' })
  t.strictSame(dashboard.daily[1], {
    day: '2026-04-13',
    impressions: 0,
    clicks: 0,
    orders: 0,
    cost: '0',
    sales: '0',
  })
})

t.test('S-28 a previous period that is not fully loaded is not compared', async t => {
  const { show, load } = await scene()
  await load([{ cost: 1 }])
  t.equal((await show()).before, null)

  await load([{ date: '2026-03-14', cost: 7 }], { from: day('2026-03-14'), to: addDays(days.from, -1) })
  t.equal((await show()).before, null, 'one day is missing')

  await load([{ date: '2026-03-13', cost: 5 }], { from: day('2026-03-13'), to: day('2026-03-13') })
  t.match((await show()).before, { cost: '12' })
  t.match(await show(), { now: { cost: '1' }, days }, 'days older than 30 days are not included')
})

t.test('S-28 any range is compared with the days before it, split by ad product', async t => {
  const { show, load } = await scene()
  const rows = [
    { date: '2026-05-01', impressions: 10, clicks: 1, cost: 1 },
    { date: '2026-05-03', impressions: 20, clicks: 2, cost: 2 },
    { date: '2026-05-04', impressions: 40, clicks: 4, cost: 4 },
  ]
  for (const type of ['sp_campaigns', 'sb_campaigns', 'sd_campaigns'] as const)
    await load(type === 'sd_campaigns' ? [] : rows, days, type)

  const dashboard = await show({ days: { from: day('2026-05-03'), to: day('2026-05-04') } }, 1)

  t.strictSame(dashboard.daysBefore, { from: day('2026-05-01'), to: day('2026-05-02') })
  t.match(dashboard.now, { impressions: 120, clicks: 12, cost: '12' })
  t.match(dashboard.before, { impressions: 20, clicks: 2, cost: '2' })
  t.match(dashboard.daily, [
    { day: '2026-05-03', cost: '4' },
    { day: '2026-05-04', cost: '8' },
  ])
  t.match(dashboard.products, [
    { adProduct: 'SP', now: { cost: '6' }, before: { cost: '1' } },
    { adProduct: 'SB', now: { cost: '6' }, before: { cost: '1' } },
  ])
  t.equal(dashboard.products.length, 2, 'an ad product without traffic has no row')
  t.strictSame([dashboard.campaigns.length, dashboard.campaignCount], [1, 2])
  t.equal(dashboard.provisionalFrom, '2026-04-28')
})

t.test('S-28 a range without loaded days is distinguished from an account without figures', async t => {
  const { getResult, load } = await scene()
  await load([{ cost: 1 }])
  const early = { from: day('2020-01-01'), to: day('2020-01-31') }
  t.strictSame(await getResult({ days: early }), { result: 'outside_loaded_days', loaded: days })
})

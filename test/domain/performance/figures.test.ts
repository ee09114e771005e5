import t from 'tap'
import { kpisOf, relativeChange, sumTotals } from '../../../src/domain/performance/figures.ts'
import { randomNumbers } from '../../support/seed.ts'

const totals = { impressions: 2000, clicks: 50, orders: 4, cost: '25.00', sales: '100.00' }

t.test('S-28 derived figures are calculated from the sums', async t => {
  t.strictSame(kpisOf(totals), { ...totals, ctr: 0.025, cpc: 0.5, acos: 0.25, roas: 4 })
})

t.test('S-28 each figure of the rows is summed separately', async t => {
  const other = { impressions: 1, clicks: 2, orders: 3, cost: '0.10', sales: '0.2' }
  t.strictSame(sumTotals([totals, other]), {
    impressions: 2001,
    clicks: 52,
    orders: 7,
    cost: '25.1',
    sales: '100.2',
  })
  t.strictSame(sumTotals([]), { impressions: 0, clicks: 0, orders: 0, cost: '0', sales: '0' })
})

t.test('S-25 sums stay exact decimal strings', async t => {
  const { cost, sales } = kpisOf({ ...totals, cost: '12345678901234567.89', sales: '0.10' })

  t.strictSame([cost, sales], ['12345678901234567.89', '0.10'])
})

t.test('S-28 a figure whose divisor is zero is empty', async t => {
  const none = { ...totals, impressions: 0, clicks: 0, cost: '0.00', sales: '0' }

  t.match(kpisOf(none), { ctr: null, cpc: null, acos: null, roas: null })
  t.match(kpisOf({ ...totals, sales: '0' }), { acos: null, roas: 0 })
  t.match(kpisOf({ ...totals, cost: '0' }), { cpc: 0, acos: 0, roas: null })
})

t.test('S-28 no figure is ever NaN or infinite', async t => {
  const random = randomNumbers(28)
  const randomBelow = (limit: number) => (random() < 0.3 ? 0 : Math.floor(random() * limit))
  for (let round = 0; round < 2000; round += 1) {
    const [cost, sales] = [String(randomBelow(1000) / 100), String(randomBelow(1000) / 100)]
    const kpis = kpisOf({
      impressions: randomBelow(1000),
      clicks: randomBelow(100),
      orders: randomBelow(10),
      cost,
      sales,
    })
    const figures = [kpis.ctr, kpis.cpc, kpis.acos, kpis.roas]
    if (!figures.every(figure => figure === null || Number.isFinite(figure))) t.fail(JSON.stringify(kpis))
  }
  t.pass('2,000 sums')
})

t.test('S-28 a change is calculated only if the previous period has a value', async t => {
  t.equal(relativeChange(100, 150), 0.5)
  t.equal(relativeChange(100, 25), -0.75)
  t.equal(relativeChange(100, 0), -1)
  t.equal(relativeChange(0, 5), null)
  t.equal(relativeChange(null, 5), null)
  t.equal(relativeChange(5, null), null)
})

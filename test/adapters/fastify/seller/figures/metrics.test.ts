import t from 'tap'
import { metrics } from '../../../../../src/adapters/fastify/seller/figures/metrics.ts'

const totals = { impressions: 0, clicks: 0, orders: 0, cost: '0', sales: '0' }

t.test('S-28 a ratio is rounded half up from the exact figure', async t => {
  const { cpc, acos, roas, ctr } = metrics
  t.equal(
    cpc.text({ ...totals, cost: '2.01', clicks: 6 }, 'USD'),
    '$0.34',
    '0.335, which floating point rounds down',
  )
  t.equal(cpc.text({ ...totals, cost: '3', clicks: 2 }, 'JPY'), '¥2')
  t.equal(roas.text({ ...totals, cost: '200', sales: '201' }, 'USD'), '1.01')
  t.equal(acos.text({ ...totals, cost: '1.00145', sales: '1' }, 'USD'), '100.15%')
  t.equal(ctr.text({ ...totals, clicks: 2, impressions: 3 }, 'USD'), '66.67%')
  t.equal(acos.text({ ...totals, cost: '-0.000001', sales: '100000000' }, 'USD'), '0.00%', 'without a sign')
  t.equal(metrics.spend.text({ ...totals, cost: '-0.00' }, 'USD'), '$0.00')
  t.equal(metrics.spend.text({ ...totals, cost: '-1.5' }, 'USD'), '-$1.50')
})

t.test('S-28 a ratio whose divisor is zero is shown as a dash', async t => {
  for (const name of ['cpc', 'acos', 'roas', 'ctr'] as const)
    t.equal(metrics[name].text(totals, 'USD'), '–', name)
})

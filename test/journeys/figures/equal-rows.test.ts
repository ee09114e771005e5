import t from 'tap'
import { factDifferences } from '../../support/product/loaded-facts.ts'
import { startTestProduct } from '../../support/product/test-product.ts'
import { aLoadedSeller } from '../users.ts'

t.test('S-25 equal search terms of targets without an id are summed, also in a doubled file', async t => {
  const product = await startTestProduct(t, { worker: true })
  for (const faults of [
    [],
    [{ call: 'download', region: null, times: null, fault: 'duplicated_rows' }] as const,
  ]) {
    product.sandbox.controls.set({ faults: [...faults] })
    const { connectionId } = await aLoadedSeller(product, 'equal-terms', 'Equal Brand US')

    const [entry] = await product.query<{ merged: number; duplicates: number; rows: number }>(
      `select (event -> 'merged')::int as merged, (event -> 'duplicates')::int as duplicates,
         (event -> 'rows')::int as rows
       from timeline_entry
       where connection_id = $1 and kind = 'report_loaded' and event ->> 'report' = 'sb_search_terms'`,
      [connectionId],
    )
    const { merged = 0, duplicates = 0, rows = 0 } = entry ?? {}
    t.ok(merged > 0, 'the account has equal rows')
    t.equal(duplicates, faults.length * (rows + merged))
    t.strictSame(
      await factDifferences(product, connectionId),
      [`sb_search_terms: ${rows} rows loaded, not ${rows + merged}`],
      'only the number of rows differs',
    )
  }
})

t.test(
  'S-25 negative corrections, theme targets and unnamed search terms are loaded to the cent',
  async t => {
    const product = await startTestProduct(t, { worker: true })
    const { seller, connectionId } = await aLoadedSeller(product, 'odd-rows', 'Odd Brand US')

    const mismatches = await factDifferences(product, connectionId)
    t.strictSame(
      mismatches.filter(text => !/search_terms: \d+ rows/.test(text)),
      [],
    )
    const { $ } = await seller.get('/dashboard/ads/search-terms?sort=spend')
    t.match($('main table').text(), /^\s*\* \S/m)
  },
)

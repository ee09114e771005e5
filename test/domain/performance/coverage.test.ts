import t from 'tap'
import type { ReportType } from '../../../src/domain/ingestion/catalogue.ts'
import type { LoadedRange } from '../../../src/domain/ingestion/sync-window.ts'
import { areComparable, coveredRange } from '../../../src/domain/performance/coverage.ts'
import { day } from '../../support/examples.ts'

const range = (from: number, to: number) => ({
  from: day(`2026-05-${String(from).padStart(2, '0')}`),
  to: day(`2026-05-${String(to).padStart(2, '0')}`),
})
const loadedRange = (from: number, to: number, type: ReportType = 'sp_campaigns'): LoadedRange => ({
  type,
  days: range(from, to),
})
const [earlier, now] = [range(1, 10), range(11, 20)]

t.test('S-28 two periods are compared when both are loaded in full', async t => {
  t.equal(areComparable([loadedRange(1, 20)], now, earlier), true)
  t.equal(areComparable([loadedRange(1, 31)], now, earlier), true)
  t.equal(areComparable([loadedRange(1, 20), loadedRange(1, 20, 'sd_campaigns')], now, earlier), true)
})

t.test('S-28 two periods are not compared when either has a missing day', async t => {
  for (const missing of [1, 5, 10, 11, 15, 20]) {
    const parts = [loadedRange(1, missing - 1), loadedRange(missing + 1, 20)].filter(
      ({ days }) => days.from <= days.to,
    )
    t.equal(areComparable(parts, now, earlier), false, `without day ${missing}`)
  }
  t.equal(areComparable([], now, earlier), false)
})

t.test('S-28 an ad product in only one of two periods makes them incomparable', async t => {
  for (const only of [loadedRange(1, 10, 'sb_campaigns'), loadedRange(11, 20, 'sb_campaigns')]) {
    t.equal(areComparable([loadedRange(1, 20), only], now, earlier), false)
  }
  const elsewhere = loadedRange(25, 30, 'sb_campaigns')
  t.equal(areComparable([loadedRange(1, 20), elsewhere], now, earlier), true, 'days after both are ignored')
  const before = loadedRange(1, 4, 'sb_campaigns')
  const ranges = [loadedRange(1, 20), before]
  t.equal(areComparable(ranges, now, range(5, 10)), true, 'days before both are ignored')
})

t.test('the first and last loaded day are those of all report types together', async t => {
  t.equal(coveredRange([]), null)
  const ranges = [loadedRange(3, 4), loadedRange(9, 12), loadedRange(1, 2, 'sd_campaigns')]
  t.strictSame(coveredRange(ranges), range(1, 12))
})

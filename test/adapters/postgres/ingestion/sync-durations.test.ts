import t from 'tap'
import type { SyncRun } from '../../../../src/domain/ingestion/sync-run.ts'
import { aSavedRun } from '../../../support/contracts/ingestion/sync-runs.ts'
import { openPostgresStores } from '../../../support/contracts/postgres-stores.ts'
import { aSavedConnection } from '../../../support/contracts/stores.ts'
import {
  aBritishProfile,
  aFailedReport,
  aLoadedReport,
  minutesLater,
  noon,
} from '../../../support/examples.ts'

t.test('S-21 a report type has a typical duration once five reports have loaded', async t => {
  const stores = await openPostgresStores(t)
  const { syncRuns, syncDurations } = stores
  for (const count of [5, 4, 3, 2, 1]) {
    t.strictSame(await syncDurations.typical(null, noon), new Map())
    const { run } = await aSavedRun(
      stores,
      { requestedAt: minutesLater(-count) },
      aLoadedReport({ loadedAt: noon }),
      aLoadedReport({ loadedAt: minutesLater(-count + 0.5) }),
      aFailedReport(),
    )
    await syncRuns.finishIfDone(run.id, noon)
  }

  t.strictSame(
    await syncDurations.typical(null, noon),
    new Map([
      ['sp_campaigns', { lowSeconds: 120, highSeconds: 276 }],
      ['sb_campaigns', { lowSeconds: 30, highSeconds: 30 }],
    ]),
  )
  const earlier = await syncDurations.typical(null, minutesLater(-1))
  t.strictSame(earlier, new Map(), 'later reports do not count')
})

t.test('S-21 durations are separate for each region and ignore daily syncs', async t => {
  const stores = await openPostgresStores(t)
  const { syncRuns, syncDurations } = stores
  const british = await aSavedConnection(stores, { profile: aBritishProfile() })
  const load = async (overrides: Partial<SyncRun>) => {
    const { run } = await aSavedRun(stores, overrides, aLoadedReport({ loadedAt: noon }))
    await syncRuns.finishIfDone(run.id, noon)
  }
  for (const kind of ['daily', 'reauthorisation', 'daily', 'reauthorisation', 'daily'] as const)
    await load({ kind, requestedAt: minutesLater(-4) })
  t.strictSame(await syncDurations.typical(null, noon), new Map())

  for (let count = 0; count < 5; count += 1) await load({ requestedAt: minutesLater(-2) })
  for (let count = 0; count < 5; count += 1)
    await load({ connectionId: british.id, requestedAt: minutesLater(-8) })

  const highSecondsIn = async (region: 'na' | 'eu' | 'fe') =>
    (await syncDurations.typical(region, noon)).get('sp_campaigns')?.highSeconds
  t.strictSame(
    [await highSecondsIn('na'), await highSecondsIn('eu'), await highSecondsIn('fe')],
    [120, 480, undefined],
  )
})

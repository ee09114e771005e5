import type { Test } from 'tap'
import type { RegionRateLimiter } from '../../../../src/application/ingestion/report-ports.ts'
import type { ReportId } from '../../../../src/domain/identifiers.ts'
import { aCaller, anId, minutesLater, noon } from '../../examples.ts'
import type { OpenStores } from '../stores.ts'

const aReport = (isInteractive = true) => ({ id: anId<ReportId>(), isInteractive })

async function failCalls(rateLimiter: RegionRateLimiter, count: number): Promise<void> {
  for (let call = 0; call < count; call += 1)
    await rateLimiter.recordOutcome('eu', 'unanswered', aCaller(), noon)
}

export function regionRateLimiterContract(t: Test, open: OpenStores): void {
  t.test('S-24 a region’s state is shared by all callers and separate from other regions', async t => {
    const { rateLimiter } = await open(t)
    const acquire = (region: 'eu' | 'fe', now = noon) =>
      rateLimiter.tryAcquire(region, 'report_status', aReport(), now)
    t.strictSame(await acquire('eu'), { admitted: true })

    await failCalls(rateLimiter, 6)

    const until = minutesLater(0.5)
    t.strictSame(await acquire('eu'), { admitted: false, why: 'region_down', until, isShared: true })
    t.strictSame(await acquire('fe'), { admitted: true })
    const probes = await Promise.all(Array.from({ length: 20 }, () => acquire('eu', until)))
    t.equal(probes.filter(({ admitted }) => admitted).length, 1, 'only one caller is the probe')
    const ended = await Promise.all(
      Array.from({ length: 5 }, () => rateLimiter.recordOutcome('eu', 'answered', aCaller(), until)),
    )
    t.equal(ended.filter(Boolean).length, 1, 'one caller learns that its call ended the pause')
    t.strictSame(await acquire('eu', until), { admitted: true })
  })

  t.test('S-24 reading a region’s pause does not use up the probe', async t => {
    const { rateLimiter } = await open(t)
    t.equal(await rateLimiter.pausedUntil('eu', noon), null)
    await failCalls(rateLimiter, 6)
    const until = minutesLater(0.5)

    t.strictSame(await rateLimiter.pausedUntil('eu', noon), until)
    t.equal(await rateLimiter.pausedUntil('fe', noon), null)
    t.equal(await rateLimiter.pausedUntil('eu', until), null)
    t.strictSame(
      await rateLimiter.tryAcquire('eu', 'report_status', aReport(), until),
      { admitted: true },
      'the probe',
    )
  })

  t.test('S-23 syncs start only in regions that answer and have a short queue', async t => {
    const { rateLimiter } = await open(t)
    t.strictSame(await rateLimiter.acceptingSyncs(noon), ['na', 'eu', 'fe'])

    const requests = Array.from({ length: 1700 }, () =>
      rateLimiter.tryAcquire('eu', 'report_request', aReport(false), noon),
    )
    await Promise.all(requests)

    t.strictSame(await rateLimiter.acceptingSyncs(noon), ['na', 'fe'])
    t.strictSame(await rateLimiter.acceptingSyncs(minutesLater(1)), ['na', 'eu', 'fe'])
    await failCalls(rateLimiter, 6)
    t.strictSame(
      await rateLimiter.acceptingSyncs(minutesLater(0.4)),
      ['na', 'fe'],
      'a paused region is left out',
    )
  })

  t.test('S-24 of several hundred concurrent report requests only a burst is admitted', async t => {
    const { rateLimiter } = await open(t)
    const requests = Array.from({ length: 400 }, () =>
      rateLimiter.tryAcquire('na', 'report_request', aReport(), minutesLater(1)),
    )

    const admitted = (await Promise.all(requests)).filter(admission => admission.admitted)

    t.equal(admitted.length, 300)
  })

  t.test('S-24 throttling of two connections slows report requests down', async t => {
    const { rateLimiter } = await open(t)
    const requests = async (count: number, now: Date) => {
      const admissions = Array.from({ length: count }, () =>
        rateLimiter.tryAcquire('na', 'report_request', aReport(), now),
      )
      return (await Promise.all(admissions)).filter(admission => admission.admitted).length
    }
    t.equal(await requests(310, noon), 300)
    await rateLimiter.recordOutcome('na', 'throttled', aCaller(), noon)
    await rateLimiter.recordOutcome('na', 'throttled', aCaller({ adProduct: 'SB' }), noon)

    t.equal(await requests(40, new Date(noon.getTime() + 2000)), 25, 'half the earlier rate for two seconds')
    const later = await rateLimiter.tryAcquire('na', 'report_request', aReport(), minutesLater(5))
    t.strictSame(later, { admitted: true })
  })

  t.test('S-24 throttled polls slow no report request down', async t => {
    const { rateLimiter } = await open(t)
    for (const adProduct of ['SP', 'SB'] as const)
      await rateLimiter.recordOutcome('na', 'throttled', aCaller({ adProduct, call: 'report_status' }), noon)

    const requests = Array.from({ length: 400 }, () =>
      rateLimiter.tryAcquire('na', 'report_request', aReport(), noon),
    )
    const admitted = (await Promise.all(requests)).filter(admission => admission.admitted)

    t.equal(admitted.length, 300)
  })
}

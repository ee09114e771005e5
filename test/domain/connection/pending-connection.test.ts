import t from 'tap'
import { after, hours } from '../../../src/domain/calendar.ts'
import {
  findOffered,
  hasNothingToChoose,
  isExpired,
  offeredProfiles,
  type RegionFailure,
  savePending,
  unansweredRegions,
} from '../../../src/domain/connection/pending-connection.ts'
import type { ProfileId } from '../../../src/domain/identifiers.ts'
import { regions } from '../../../src/domain/profile/region.ts'
import {
  aBritishProfile,
  aPendingConnection,
  aProfile,
  hoursLater,
  noon,
  readingsOf,
  unreadReadings,
} from '../../support/examples.ts'
import { randomNumbers } from '../../support/seed.ts'

const failures: readonly RegionFailure[] = ['unreachable', 'timeout', 'refused', 'throttled', 'unreadable']

t.test('S-13 a pending connection is kept for one hour and starts with no region fetched', async t => {
  const { id, personId, attemptId, region, refreshToken, accessToken, accessTokenExpiresAt } =
    aPendingConnection()
  const authorised = {
    id,
    personId,
    attemptId,
    renews: null,
    region,
    refreshToken,
    accessToken,
    accessTokenExpiresAt,
  }

  const pending = savePending(authorised, noon)

  t.strictSame(pending, {
    ...authorised,
    amazonUser: null,
    readings: unreadReadings,
    savedAt: noon,
    expiresAt: hoursLater(1),
  })
})

t.test('S-13 a pending connection can be resumed at 59:59 and has expired at 60:00', async t => {
  const pending = aPendingConnection({ savedAt: noon, expiresAt: hoursLater(1) })

  t.notOk(isExpired(pending, new Date('2026-05-12T12:59:59Z')))
  t.notOk(isExpired(pending, new Date('2026-05-12T12:59:59.999Z')))
  t.ok(isExpired(pending, new Date('2026-05-12T13:00:00Z')))
})

t.test('S-13 a pending connection lasts exactly one hour at any date and is never extended', async t => {
  const dice = randomNumbers(13)
  const wrong: string[] = []
  const start = Date.UTC(1995, 0, 1)
  const end = Date.UTC(2095, 0, 1)

  for (let round = 0; round < 10_000; round += 1) {
    const savedAt = new Date(start + Math.floor(dice() * (end - start)))
    const elapsed = Math.floor(dice() * hours(2))
    const pending = savePending(aPendingConnection(), savedAt)
    const at = after(savedAt, elapsed)
    const looked = { ...pending, readings: readingsOf(aProfile()) }

    const isRight =
      isExpired(pending, at) === elapsed >= hours(1) &&
      isExpired(looked, at) === elapsed >= hours(1) &&
      !isExpired(pending, after(savedAt, hours(1) - 1)) &&
      isExpired(pending, after(savedAt, hours(1)))
    if (!isRight) wrong.push(`${savedAt.toISOString()} after ${elapsed} ms`)
  }

  t.strictSame(wrong, [])
})

t.test('S-08 the profiles of all regions are listed region by region', async t => {
  const japanese = aProfile({ id: '3' as ProfileId, region: 'fe', country: 'JP' })
  const readings = readingsOf(japanese, aBritishProfile(), aProfile())

  t.strictSame(offeredProfiles(readings), [aProfile(), aBritishProfile(), japanese])
  t.strictSame(findOffered(readings, aBritishProfile().id), aBritishProfile())
  t.equal(findOffered(readings, '404' as ProfileId), null)
})

t.test('S-09 a failed region does not hide the profiles of the others', async t => {
  for (const region of regions) {
    for (const why of failures) {
      const readings = { ...readingsOf(aProfile(), aBritishProfile()), [region]: { state: 'failed', why } }
      const shown = offeredProfiles(readings).map(profile => profile.region)

      t.strictSame(
        shown,
        ['na', 'eu'].filter(name => name !== region),
        `${region} ${why}`,
      )
      t.strictSame(unansweredRegions(readings), [region])
    }
  }
})

t.test('S-09 the list is not called empty while a region is not fetched or has failed', async t => {
  t.notOk(hasNothingToChoose(unreadReadings))
  for (const region of regions) {
    t.notOk(hasNothingToChoose({ ...readingsOf(), [region]: { state: 'unread' } }))
    t.notOk(hasNothingToChoose({ ...readingsOf(), [region]: { state: 'failed', why: 'timeout' } }))
  }
  const failed = { state: 'failed', why: 'unreachable' } as const
  t.notOk(hasNothingToChoose({ na: failed, eu: failed, fe: failed }))
})

t.test('S-10 the list is empty when all three regions returned no profile', async t => {
  t.ok(hasNothingToChoose(readingsOf()))
  t.strictSame(unansweredRegions(readingsOf()), [])
})

t.test('S-10 a list of ineligible profiles counts as empty', async t => {
  const agency = aProfile({ accountType: 'agency' })

  t.ok(hasNothingToChoose(readingsOf(agency)))
  t.notOk(hasNothingToChoose(readingsOf(agency, aBritishProfile())))
  t.notOk(hasNothingToChoose(readingsOf(aProfile({ mayEdit: false }))))
})

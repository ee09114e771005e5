import t from 'tap'
import { after, hours } from '../../../src/domain/calendar.ts'
import {
  createPendingConnection,
  findListedProfile,
  hasNoSelectableProfile,
  isExpired,
  listedProfiles,
  type RegionFailure,
  unfetchedRegions,
} from '../../../src/domain/connection/pending-connection.ts'
import type { ProfileId } from '../../../src/domain/identifiers.ts'
import { regions } from '../../../src/domain/profile/region.ts'
import {
  aBritishProfile,
  aPendingConnection,
  aProfile,
  hoursLater,
  noon,
  regionResultsWith,
  unfetchedRegionResults,
} from '../../support/examples.ts'
import { randomNumbers } from '../../support/seed.ts'

const failures: readonly RegionFailure[] = ['unreachable', 'timeout', 'refused', 'throttled', 'unreadable']

t.test('S-13 a pending connection is kept for one hour and starts with no region fetched', async t => {
  const { id, userId, attemptId, region, refreshToken, accessToken, accessTokenExpiresAt } =
    aPendingConnection()
  const authorised = {
    id,
    userId,
    attemptId,
    reauthorisedConnectionId: null,
    region,
    refreshToken,
    accessToken,
    accessTokenExpiresAt,
    isConsentPageSkipped: false,
  }

  const pending = createPendingConnection(authorised, noon)

  t.strictSame(pending, {
    ...authorised,
    amazonUser: null,
    regionResults: unfetchedRegionResults,
    savedAt: noon,
    expiresAt: hoursLater(1),
  })
})

t.test('S-13 a pending connection lasts exactly one hour at any date and is never extended', async t => {
  const random = randomNumbers(13)
  const failedCases: string[] = []
  const start = Date.UTC(1995, 0, 1)
  const end = Date.UTC(2095, 0, 1)

  for (let round = 0; round < 10_000; round += 1) {
    const savedAt = new Date(start + Math.floor(random() * (end - start)))
    const elapsed = Math.floor(random() * hours(2))
    const pending = createPendingConnection(aPendingConnection(), savedAt)
    const at = after(savedAt, elapsed)
    const withResults = { ...pending, regionResults: regionResultsWith(aProfile()) }

    const isRight =
      isExpired(pending, at) === elapsed >= hours(1) &&
      isExpired(withResults, at) === elapsed >= hours(1) &&
      !isExpired(pending, after(savedAt, hours(1) - 1)) &&
      isExpired(pending, after(savedAt, hours(1)))
    if (!isRight) failedCases.push(`${savedAt.toISOString()} after ${elapsed} ms`)
  }

  t.strictSame(failedCases, [])
})

t.test('S-08 the profiles of all regions are listed region by region', async t => {
  const japanese = aProfile({ id: '3' as ProfileId, region: 'fe', country: 'JP' })
  const regionResults = regionResultsWith(japanese, aBritishProfile(), aProfile())

  t.strictSame(listedProfiles(regionResults), [aProfile(), aBritishProfile(), japanese])
  t.strictSame(findListedProfile(regionResults, aBritishProfile().id), aBritishProfile())
  t.equal(findListedProfile(regionResults, '404' as ProfileId), null)
})

t.test('S-09 a failed region does not hide the profiles of the others', async t => {
  for (const region of regions) {
    for (const why of failures) {
      const regionResults = {
        ...regionResultsWith(aProfile(), aBritishProfile()),
        [region]: { state: 'failed', why },
      }
      const listedRegions = listedProfiles(regionResults).map(profile => profile.region)

      t.strictSame(
        listedRegions,
        ['na', 'eu'].filter(name => name !== region),
        `${region} ${why}`,
      )
      t.strictSame(unfetchedRegions(regionResults), [region])
    }
  }
})

t.test('S-09 the list is not called empty while a region is not fetched or has failed', async t => {
  t.notOk(hasNoSelectableProfile(unfetchedRegionResults))
  for (const region of regions) {
    t.notOk(hasNoSelectableProfile({ ...regionResultsWith(), [region]: { state: 'not_fetched' } }))
    t.notOk(hasNoSelectableProfile({ ...regionResultsWith(), [region]: { state: 'failed', why: 'timeout' } }))
  }
  const failed = { state: 'failed', why: 'unreachable' } as const
  t.notOk(hasNoSelectableProfile({ na: failed, eu: failed, fe: failed }))
})

t.test('S-10 the list is empty when all three regions returned no profile', async t => {
  t.ok(hasNoSelectableProfile(regionResultsWith()))
  t.strictSame(unfetchedRegions(regionResultsWith()), [])
})

t.test('S-10 a list of ineligible profiles counts as empty', async t => {
  const agency = aProfile({ accountType: 'agency' })

  t.ok(hasNoSelectableProfile(regionResultsWith(agency)))
  t.notOk(hasNoSelectableProfile(regionResultsWith(agency, aBritishProfile())))
  t.notOk(hasNoSelectableProfile(regionResultsWith(aProfile({ canEdit: false }))))
})

import { setImmediate } from 'node:timers/promises'
import t from 'tap'
import { AmazonFailure, amazonRejection } from '../../../src/application/amazon-failure.ts'
import { AdvancePendingConnection } from '../../../src/application/connection/advance-pending-connection.ts'
import { ChooseProfile } from '../../../src/application/connection/choose-profile.ts'
import { hours, minutes } from '../../../src/domain/calendar.ts'
import type { PendingConnection } from '../../../src/domain/connection/pending-connection.ts'
import type { ProfileId } from '../../../src/domain/identifiers.ts'
import { type Region, regions } from '../../../src/domain/profile/region.ts'
import { Secret, SecretDecryptionError } from '../../../src/domain/secret.ts'
import {
  aBritishProfile,
  anAmazonUser,
  aPendingConnection,
  aProfile,
  aSession,
  aSubscription,
  aUser,
  hoursLater,
  minutesLater,
  regionResultsWith,
  unfetchedRegionResults,
} from '../../support/examples.ts'
import { openFakes } from '../../support/fakes/open.ts'

const japanese = aProfile({ id: '3' as ProfileId, region: 'fe', country: 'JP', timezone: 'Asia/Tokyo' })
const rejection = amazonRejection({ httpStatus: 403, code: '403', detail: 'no' })

/** Each kind of failure and how it is named. */
const failures = [
  [new AmazonFailure('unreachable', '503', { httpStatus: 503 }), 'unreachable'],
  [new AmazonFailure('timeout', 'no answer'), 'timeout'],
  [new AmazonFailure('throttled', '429', { retryAfterSeconds: 5 }), 'throttled'],
  [rejection, 'refused'],
  [amazonRejection({ httpStatus: 400, code: '400', detail: 'no' }), 'our_error'],
  [new AmazonFailure('unreadable', 'html'), 'unreadable'],
] as const

/** A pending connection just after authorisation: no region is fetched yet, and each has one profile. */
async function scene(overrides: Partial<PendingConnection> = {}) {
  const fakes = openFakes()
  const user = aUser()
  fakes.users.add(user, { subscription: aSubscription() })
  const pending = aPendingConnection({
    userId: user.id,
    amazonUser: null,
    regionResults: unfetchedRegionResults,
    ...overrides,
  })
  await fakes.pendingConnections.put(pending)
  fakes.login.addRefreshToken(pending.refreshToken)
  Object.assign(fakes.profiles.answers, { na: [aProfile()], eu: [aBritishProfile()], fe: [japanese] })
  const chooseProfile = new ChooseProfile(fakes)
  const useCase = new AdvancePendingConnection({ ...fakes, chooseProfile })
  const by = { userId: user.id, sessionId: aSession({ userId: user.id }).id }
  const time = new AbortController()
  return {
    ...fakes,
    user,
    pending,
    advance: () => useCase.execute(by, time.signal),
    retry: (region: Region) => useCase.retry(by, region, time.signal),
    endTime: () => time.abort(),
    findStored: () => fakes.pendingConnections.findByUser(user.id),
  }
}

t.test('S-08 the picker lists the profiles of every region, fetched with the exchanged token', async t => {
  const { advance, findStored, profiles, pending } = await scene()

  const picker = await advance()

  t.strictSame(picker, { outcome: 'waiting', pending: await findStored() })
  t.strictSame(
    (await findStored())?.regionResults,
    regionResultsWith(aProfile(), aBritishProfile(), japanese),
  )
  t.strictSame(profiles.calls.map(({ region }) => region).sort(), ['eu', 'fe', 'na'])
  t.ok(profiles.calls.every(({ token }) => token === pending.accessToken.reveal()))
})

t.test('S-14 a picker that is opened again shows the same list without a call to Amazon', async t => {
  const { advance, profiles, login } = await scene()
  const first = await advance()

  const second = await advance()

  t.strictSame(second, first)
  t.equal(profiles.calls.length, 3)
  t.equal(login.callCounts.describeUser, 1)
})

t.test('S-13 opening the picker never extends the hour', async t => {
  const { advance, retry, findStored, clock, pending, profiles } = await scene()
  profiles.answers.eu = rejection
  clock.advance(minutes(50))

  await advance()
  await retry('eu')

  t.has(await findStored(), { savedAt: pending.savedAt, expiresAt: pending.expiresAt })
})

t.test('S-41 each region result and the Amazon user are on the timeline', async t => {
  const { advance, timeline, pending } = await scene()

  await advance()

  t.strictSame(timeline.kinds.toSorted(), [
    'amazon_user_fetched',
    'profiles_fetched',
    'profiles_fetched',
    'profiles_fetched',
  ])
  const counts = timeline.of('profiles_fetched').map(({ event }) => event)
  for (const region of regions) t.has(counts, [{ kind: 'profiles_fetched', count: 1 }], region)
  t.ok(timeline.entries.every(({ attemptId }) => attemptId === pending.attemptId))
  t.notMatch(JSON.stringify(timeline.entries), /secret|Atz|amazon\.example/)
})

t.test(
  'S-09 the seller waits only until the time is up: a region that is still silent has timed out',
  async t => {
    const { advance, endTime, findStored, profiles, login } = await scene()
    const silence = Promise.withResolvers<never>()
    const listProfiles = profiles.listProfiles.bind(profiles)
    profiles.listProfiles = (region, token) =>
      region === 'fe' ? silence.promise : listProfiles(region, token)
    login.fetchUserProfile = () => silence.promise
    const opened = advance()
    await setImmediate()
    endTime()

    t.equal((await opened).outcome, 'waiting')
    t.match(await findStored(), {
      amazonUser: null,
      regionResults: {
        ...regionResultsWith(aProfile(), aBritishProfile()),
        fe: { state: 'failed', why: 'timeout' },
      },
    })
  },
)

t.test('S-09 a failed region is named with the reason and leaves the other regions unchanged', async t => {
  for (const region of regions) {
    for (const [failure, why] of failures) {
      const { advance, findStored, profiles, timeline } = await scene()
      profiles.answers[region] = failure

      const picker = await advance()

      t.equal(picker.outcome, 'waiting')
      t.strictSame((await findStored())?.regionResults, {
        ...regionResultsWith(aProfile(), aBritishProfile(), japanese),
        [region]: { state: 'failed', why },
      })
      t.match(timeline.of('profiles_fetch_failed'), [{ event: { region, why } }])
    }
  }
})

const unauthorised = amazonRejection({
  httpStatus: 401,
  code: 'UNAUTHORIZED',
  detail: '',
  requestId: null,
})

t.test('S-09 a rejected access token is replaced once for all regions', async t => {
  const { advance, findStored, profiles, login, pending } = await scene()
  login.addRefreshToken(pending.refreshToken)
  const listProfiles = profiles.listProfiles.bind(profiles)
  profiles.listProfiles = async (region, token) => {
    if (token.reveal() === pending.accessToken.reveal()) throw unauthorised
    return listProfiles(region, token)
  }

  const picker = await advance()

  t.match(picker, { outcome: 'waiting' })
  t.equal(login.callCounts.refresh, 1)
  for (const region of regions) t.equal((await findStored())?.regionResults[region].state, 'fetched', region)
})

t.test('S-09 a rejected fresh token counts as our error, a revoked grant as Amazon’s rejection', async t => {
  for (const [isGrantValid, why] of [
    [true, 'our_error'],
    [false, 'refused'],
  ] as const) {
    const { advance, findStored, profiles, login, pending } = await scene()
    if (isGrantValid) login.addRefreshToken(pending.refreshToken)
    else login.revoke(pending.refreshToken)
    profiles.answers.eu = unauthorised

    await advance()

    t.strictSame((await findStored())?.regionResults.eu, { state: 'failed', why })
  }
})

t.test('S-09 the pending connection is kept while one region fails and the others are empty', async t => {
  for (const region of regions) {
    const { advance, findStored, profiles } = await scene()
    Object.assign(profiles.answers, { na: [], eu: [], fe: [], [region]: rejection })

    t.equal((await advance()).outcome, 'waiting', region)
    t.ok(await findStored(), region)
  }
})

t.test('S-09 a retry on request fetches only the failed region', async t => {
  const { advance, retry, findStored, profiles } = await scene()
  profiles.answers.eu = rejection
  await advance()
  await advance()
  t.equal(profiles.calls.length, 3, 'opening the picker again does not fetch a failed region')
  profiles.answers.eu = [aBritishProfile()]

  const picker = await retry('eu')

  t.equal(picker.outcome, 'waiting')
  t.strictSame(
    (await findStored())?.regionResults,
    regionResultsWith(aProfile(), aBritishProfile(), japanese),
  )
  t.strictSame(
    profiles.calls.slice(3).map(({ region }) => region),
    ['eu'],
  )
})

t.test('S-09 a fetched region is not fetched again', async t => {
  const { advance, retry, profiles } = await scene()
  await advance()

  await retry('na')

  t.equal(profiles.calls.length, 3)
})

t.test('S-09 failing to fetch the Amazon user blocks nothing and is retried later', async t => {
  const { advance, findStored, login, timeline } = await scene({ region: 'eu' })
  login.failures.describeUser = new AmazonFailure('timeout', 'no answer')

  t.equal((await advance()).outcome, 'waiting')
  t.equal((await findStored())?.amazonUser, null)
  t.match(timeline.of('amazon_user_fetch_failed'), [{ event: { why: 'timeout' } }])

  delete login.failures.describeUser
  await advance()
  t.strictSame((await findStored())?.amazonUser, anAmazonUser())
  t.equal(login.regions.at(-1), 'eu', 'the region of the login')
})

t.test('S-10 when all three regions are empty, the pending connection is erased', async t => {
  const { advance, findStored, profiles, timeline, pending } = await scene()
  Object.assign(profiles.answers, { na: [], eu: [], fe: [] })

  const picker = await advance()

  const reason = { why: 'no_ads_account' }
  t.strictSame(picker, { outcome: 'no_profiles', agencies: 0, reason, attemptId: pending.attemptId })
  t.equal(await findStored(), null)
  t.match(timeline.of('no_profiles'), [{ attemptId: pending.attemptId, event: { agencies: 0, reason } }])
  t.strictSame(await advance(), { outcome: 'gone' })
})

t.test('S-09 S-10 agency profiles alone count as an empty list, and their number is shown', async t => {
  const { advance, findStored, profiles, timeline } = await scene()
  const agency = aProfile({ accountType: 'agency' })
  Object.assign(profiles.answers, { na: [agency], eu: [], fe: [{ ...agency, region: 'fe' }] })

  t.match(await advance(), { outcome: 'no_profiles', agencies: 2, reason: null })
  t.equal(await findStored(), null)
  t.strictSame(profiles.diagnosticCalls, [], 'the reason is already known')
  t.strictSame(timeline.of('no_profiles')[0]?.event, { kind: 'no_profiles', agencies: 2 })
})

async function emptyScene(overrides: Partial<PendingConnection> = {}) {
  const setup = await scene(overrides)
  Object.assign(setup.profiles.answers, { na: [], eu: [], fe: [] })
  return setup
}

t.test(
  'S-10 the reason for an empty list is requested once per region before the token is erased',
  async t => {
    const { advance, profiles, findStored, pending } = await emptyScene()
    const retainedDuringCalls: boolean[] = []
    profiles.meanwhile = async () => void retainedDuringCalls.push((await findStored()) !== null)

    await advance()

    t.strictSame(profiles.diagnosticCalls.map(({ call, region }) => `${call} ${region}`).sort(), [
      'ads_accounts eu',
      'ads_accounts fe',
      'ads_accounts na',
      'manager_accounts eu',
      'manager_accounts fe',
      'manager_accounts na',
    ])
    t.ok(profiles.diagnosticCalls.every(({ token }) => token === pending.accessToken.reveal()))
    t.equal(retainedDuringCalls.length, 9)
    t.ok(retainedDuringCalls.every(Boolean), 'nothing is erased before the answers arrive')
  },
)

t.test('S-10 Amazon’s linked and ads accounts explain an empty list', async t => {
  const { advance, profiles, timeline } = await emptyScene()
  profiles.linked.eu = 2
  profiles.accounts.na = ['CREATED']

  t.match(await advance(), { outcome: 'no_profiles', reason: { why: 'manager_without_rights' } })
  t.match(timeline.of('no_profiles'), [{ event: { reason: { why: 'manager_without_rights' } } }])

  const other = await emptyScene()
  other.profiles.accounts.fe = ['CREATED']
  t.match(await other.advance(), { reason: { why: 'no_campaign_yet' } })
})

t.test('S-10 S-41 an unexplained empty list ends as usual and names the failed call', async t => {
  for (const [failure, why] of failures) {
    for (const call of ['linked', 'accounts'] as const) {
      const { advance, findStored, profiles, timeline } = await emptyScene()
      profiles[call].eu = failure

      const unanswered = [
        { call: call === 'linked' ? 'manager_accounts' : 'ads_accounts', region: 'eu', why },
      ]
      t.match(await advance(), { outcome: 'no_profiles', reason: { why: 'unexplained', unanswered } })
      t.equal(await findStored(), null, 'no credentials are kept')
      t.match(timeline.of('no_profiles'), [{ event: { reason: { why: 'unexplained', unanswered } } }])
    }
  }
})

t.test('S-10 S-41 a rejection is logged with Amazon’s message and request id', async t => {
  const { advance, profiles, timeline } = await emptyScene()
  profiles.linked.na = amazonRejection({
    httpStatus: 403,
    code: 'NO',
    detail: 'not you',
    requestId: 'r-1',
  })

  await advance()

  t.match(timeline.of('no_profiles'), [
    {
      event: {
        reason: { unanswered: [{ httpStatus: 403, amazonMessage: 'NO: not you', requestId: 'r-1' }] },
      },
    },
  ])
})

t.test('S-10 an empty list with a token that cannot be decrypted ends without a call to Amazon', async t => {
  const unreadable = new Secret(() => {
    throw new SecretDecryptionError('no key decrypts it')
  })
  const { advance, findStored } = await emptyScene({
    accessToken: unreadable,
    amazonUser: anAmazonUser(),
    regionResults: regionResultsWith(),
  })

  t.match(await advance(), { outcome: 'no_profiles', reason: { why: 'unexplained', unanswered: [] } })
  t.equal(await findStored(), null)
})

t.test('an internal error does not explain an empty list and erases nothing', async t => {
  const { advance, findStored, profiles } = await emptyScene()
  profiles.accounts.eu = new TypeError('internal error')

  await t.rejects(advance(), TypeError)
  t.ok(await findStored())
})

t.test('S-10 a retry that finds the last failed region empty ends the picker as empty', async t => {
  const { advance, retry, findStored, profiles } = await scene()
  Object.assign(profiles.answers, { na: [], eu: rejection, fe: [] })
  await advance()
  profiles.answers.eu = []

  t.match(await retry('eu'), { outcome: 'no_profiles' })
  t.equal(await findStored(), null)
})

t.test('S-10 an empty list found by two tabs is logged once', async t => {
  const { advance, profiles, timeline } = await scene()
  Object.assign(profiles.answers, { na: [], eu: [], fe: [] })

  await Promise.all([advance(), advance()])

  t.equal(timeline.of('no_profiles').length, 1)
})

t.test('S-14 without a pending connection there is no picker', async t => {
  const { advance, pendingConnections, pending, profiles } = await scene()
  await pendingConnections.erase(pending.id)

  t.strictSame(await advance(), { outcome: 'gone' })
  t.equal(profiles.calls.length, 0)
})

t.test('S-15 the picker expires after an hour, and Amazon is no longer called', async t => {
  const { advance, clock, profiles } = await scene()
  clock.advance(hours(1) - 1)
  t.equal((await advance()).outcome, 'waiting')
  const callCount = profiles.calls.length
  clock.advance(1)

  t.strictSame(await advance(), { outcome: 'gone' })
  t.equal(profiles.calls.length, callCount)
})

t.test('S-02 a user with a lapsed plan gets no picker, and Amazon is not called', async t => {
  const { advance, users, user, profiles } = await scene()
  users.add(user, { subscription: aSubscription({ endsAt: minutesLater(0) }) })

  t.strictSame(await advance(), { outcome: 'gone' })
  t.equal(profiles.calls.length, 0)
})

t.test('S-15 a region cannot be retried after the hour or without a pending connection', async t => {
  const { retry, clock, pendingConnections, pending } = await scene()
  clock.advance(hours(1))

  await t.rejects(retry('eu'), { code: 'pending_expired' })
  await pendingConnections.erase(pending.id)
  await t.rejects(retry('eu'), { code: 'no_pending_connection' })
})

t.test('S-02 a region cannot be retried by a user with a lapsed plan', async t => {
  const { retry, users, user, profiles } = await scene()
  users.add(user, { subscription: aSubscription({ endsAt: minutesLater(0) }) })

  await t.rejects(retry('eu'), { code: 'plan_required' })
  t.equal(profiles.calls.length, 0)
})

t.test('S-16 a picker whose authorisation was replaced in the meantime shows nothing', async t => {
  const { advance, pendingConnections, profiles, user } = await scene()
  const newer = aPendingConnection({ userId: user.id, regionResults: unfetchedRegionResults })
  const listProfiles = profiles.listProfiles.bind(profiles)
  profiles.listProfiles = async (region, token) => {
    await pendingConnections.put(newer)
    return listProfiles(region, token)
  }

  t.strictSame(await advance(), { outcome: 'gone' })
  t.strictSame(
    (await pendingConnections.findByUser(user.id))?.regionResults,
    unfetchedRegionResults,
    'the newer pending connection is unchanged',
  )
})

t.test('S-13 an access token that is about to expire is refreshed and stored', async t => {
  const { advance, findStored, profiles, login, pending, clock } = await scene({
    accessTokenExpiresAt: minutesLater(1),
  })

  await advance()

  t.equal(login.callCounts.refresh, 1)
  t.strictSame(new Set(profiles.calls.map(({ token }) => token)), new Set(['Atza|refreshed-1']))
  const refreshed = await findStored()
  t.equal(refreshed?.accessToken.reveal(), 'Atza|refreshed-1')
  t.strictSame(refreshed?.accessTokenExpiresAt, hoursLater(1, clock.now()))
  t.equal(refreshed?.refreshToken.reveal(), pending.refreshToken.reveal())
})

t.test('S-13 an expiring access token is refreshed only if something is fetched', async t => {
  const fetched = regionResultsWith(aProfile(), aBritishProfile(), japanese)
  const failed = { ...fetched, eu: { state: 'failed', why: 'timeout' } } as const
  for (const [overrides, refreshCount] of [
    [{ regionResults: fetched, amazonUser: anAmazonUser() }, 0],
    [{ regionResults: fetched, amazonUser: null }, 1],
    [{ regionResults: failed, amazonUser: anAmazonUser() }, 1],
  ] as const) {
    const { retry, login } = await scene({ ...overrides, accessTokenExpiresAt: minutesLater(1) })

    await retry('eu')

    t.equal(login.callCounts.refresh, refreshCount)
  }
})

t.test('S-13 an access token valid for more than a minute is used unchanged', async t => {
  const { advance, login } = await scene({ accessTokenExpiresAt: minutesLater(1.01) })

  await advance()

  t.equal(login.callCounts.refresh, 0)
})

t.test('S-09 when the access token cannot be refreshed, each region still shows its own result', async t => {
  const { advance, login, profiles, pending } = await scene({ accessTokenExpiresAt: minutesLater(0) })
  login.revoke(pending.refreshToken)

  t.equal((await advance()).outcome, 'waiting')
  t.ok(profiles.calls.every(({ token }) => token === pending.accessToken.reveal()))
})

t.test('an internal error is not reported as a region failure', async t => {
  const { advance, profiles } = await scene()
  profiles.answers.eu = new TypeError('internal error')

  await t.rejects(advance(), TypeError)
})

t.test('an internal error is not treated as a failed token refresh', async t => {
  const { advance, login } = await scene({ accessTokenExpiresAt: minutesLater(0) })
  login.failures.refresh = new TypeError('internal error')

  await t.rejects(advance(), TypeError)
})

t.test('S-12 a pending connection whose tokens cannot be decrypted is erased and logged', async t => {
  const unreadable = new Secret(() => {
    throw new SecretDecryptionError('no key decrypts it')
  })
  const { advance, findStored, timeline, pending } = await scene({ accessToken: unreadable })

  t.strictSame(await advance(), { outcome: 'unreadable', attemptId: pending.attemptId })
  t.equal(await findStored(), null)
  t.match(timeline.kinds.at(-1), 'pending_undecryptable')
  t.strictSame(await advance(), { outcome: 'gone' })
})

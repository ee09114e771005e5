import t from 'tap'
import type { Cause } from '../../../src/admin/diagnosis/causes.ts'
import type { DiagnosisInput } from '../../../src/admin/diagnosis/diagnosis-input.ts'
import type { Finding } from '../../../src/admin/diagnosis/finding.ts'
import type { StateError } from '../../../src/domain/connection/authorisation-attempt.ts'
import type { EmptyProfileListReason } from '../../../src/domain/connection/empty-profile-list.ts'
import type { ProfileChoiceErrorCode } from '../../../src/domain/connection/errors.ts'
import type { RegionFailure } from '../../../src/domain/connection/pending-connection.ts'
import type { AttemptId } from '../../../src/domain/identifiers.ts'
import type { TimelineEvent, TokenExchangeError } from '../../../src/domain/timeline/entry.ts'
import {
  aBritishProfile,
  anActiveConnection,
  anId,
  anUnauthorisedConnection,
  aPendingConnection,
  hoursLater,
  minutesLater,
  noon,
  regionResultsWith,
  unfetchedRegionResults,
} from '../../support/examples.ts'
import {
  aCase,
  anAttemptId,
  aSync,
  aTimelineEntry,
  causesOf,
  findingOf,
  timelineOf,
} from './case-examples.ts'

const sent: TimelineEvent = { kind: 'sent_to_amazon', region: 'na' }
const authorised: TimelineEvent = {
  kind: 'authorised',
  pendingId: anId(),
  expiresAt: hoursLater(1).toISOString(),
}
const cancelled: TimelineEvent = { kind: 'callback_denied', error: 'access_denied', description: '' }
const blocked: TimelineEvent = { kind: 'choice_blocked', profileId: '7', live: ['8'] }
const unconfirmed: TimelineEvent = { kind: 'reauthorisation_unconfirmed', before: 'a', now: 'b' }
const expired: TimelineEvent = { kind: 'pending_expired' }
const connected: TimelineEvent = { kind: 'connected', profileId: '7', label: 'My Brand US' }

const aPending = (
  overrides: Partial<NonNullable<DiagnosisInput['pending']>> = {},
): DiagnosisInput['pending'] => aPendingConnection({ attemptId: anAttemptId, ...overrides })

const firstFinding = (...events: TimelineEvent[]): Finding | undefined => {
  const facts = aCase({ timeline: timelineOf(sent, ...events) })
  const [cause] = causesOf(facts)
  return cause && findingOf(cause, facts)
}

t.test('S-42 every outcome of a callback has its cause', async t => {
  t.match(firstFinding(cancelled), { cause: 'consent_cancelled', confidence: 'certain', about: {} })
  const errors: Record<string, Cause> = {
    invalid_scope: 'app_not_approved',
    unauthorized_client: 'app_not_approved',
    server_error: 'amazon_consent_down',
    temporarily_unavailable: 'amazon_consent_down',
    invalid_request: 'consent_request_refused',
  }
  for (const [error, cause] of Object.entries(errors))
    t.match(firstFinding({ kind: 'callback_failed', error, description: '' }), {
      cause,
      about: { detail: error },
    })

  const causes: Record<StateError | 'signed_out' | 'no_code', Cause> = {
    unknown: 'callback_state_unknown',
    expired: 'callback_expired',
    replayed: 'callback_replayed',
    other_user: 'callback_other_user',
    other_browser: 'callback_other_browser',
    signed_out: 'callback_signed_out',
    no_code: 'callback_without_code',
  }
  for (const [why, cause] of Object.entries(causes))
    t.equal(firstFinding({ kind: 'callback_rejected', why: why as StateError })?.cause, cause)
})

t.test('S-42 a failed exchange names Amazon’s error and is certain unless the code was rejected', async t => {
  const causes: Record<'code_refused' | 'client_refused' | 'refused', Cause> = {
    code_refused: 'code_refused',
    client_refused: 'client_refused',
    refused: 'login_request_refused',
  }
  for (const [why, cause] of Object.entries(causes)) {
    const error = { why, amazonError: 'an_error', requestId: null } as TokenExchangeError
    t.match(firstFinding({ kind: 'token_exchange_failed', ...error }), {
      cause,
      confidence: why === 'code_refused' ? 'likely' : 'certain',
      about: { detail: 'an_error' },
    })
  }
  const unanswered: Record<'timeout' | 'unreachable' | 'throttled' | 'unreadable', Cause> = {
    timeout: 'login_timeout',
    unreachable: 'login_unreachable',
    throttled: 'login_throttled',
    unreadable: 'login_unreadable',
  }
  for (const [why, cause] of Object.entries(unanswered)) {
    const finding = firstFinding({ kind: 'token_exchange_failed', why: why as keyof typeof unanswered })
    t.match(finding, { cause, confidence: 'certain' })
    t.strictSame(finding?.about, {})
  }
})

t.test('S-42 a rejected code with a wrong clock is attributed to the clock', async t => {
  const skewed = { amazonError: 'an_error', requestId: null, skewSeconds: 400 }
  t.match(firstFinding({ kind: 'token_exchange_failed', why: 'code_refused', ...skewed }), {
    cause: 'clock_skewed',
    confidence: 'likely',
    about: { skewSeconds: 400 },
  })
  t.equal(
    firstFinding({ kind: 'token_exchange_failed', why: 'client_refused', ...skewed })?.cause,
    'client_refused',
  )
})

t.test('S-42 an empty profile list has the cause that Amazon gave', async t => {
  const reasons: [EmptyProfileListReason, Partial<Finding>][] = [
    [{ why: 'manager_without_rights' }, { cause: 'manager_without_rights', confidence: 'likely' }],
    [{ why: 'no_ads_account' }, { cause: 'no_ads_account', confidence: 'certain' }],
    [{ why: 'ads_account_pending' }, { cause: 'ads_account_pending', confidence: 'certain' }],
    [{ why: 'ads_account_disabled' }, { cause: 'ads_account_disabled', confidence: 'certain' }],
    [{ why: 'no_campaign_yet' }, { cause: 'no_campaign_yet', confidence: 'likely' }],
    [
      { why: 'unexplained', unanswered: [] },
      { cause: 'no_profiles', confidence: 'possible' },
    ],
  ]
  for (const [reason, expected] of reasons)
    t.match(firstFinding({ kind: 'no_profiles', agencies: 0, reason }), expected)
  t.match(firstFinding({ kind: 'no_profiles', agencies: 0 }), {
    cause: 'no_profiles',
    confidence: 'possible',
  })
  t.match(firstFinding({ kind: 'no_profiles', agencies: 2 }), { cause: 'only_agencies', about: { count: 2 } })
})

t.test('S-42 a rejected choice has its cause unless the attempt explains more', async t => {
  const causes: Record<ProfileChoiceErrorCode, Cause> = {
    pending_expired: 'pending_expired',
    pending_undecryptable: 'pending_undecryptable',
    picker_outdated: 'picker_outdated',
    replacement_outdated: 'picker_outdated',
    profile_not_listed: 'profile_not_listed',
    profile_not_eligible: 'profile_not_eligible',
    plan_required: 'never_connected',
    no_pending_connection: 'never_connected',
  }
  for (const [code, cause] of Object.entries(causes)) {
    const rejected: TimelineEvent = { kind: 'choice_rejected', code: code as ProfileChoiceErrorCode }
    t.strictSame(causesOf(aCase({ timeline: timelineOf(sent, authorised, rejected) })), [cause], code)
  }
})

t.test('S-42 each end of a pending connection or a reauthorisation has its cause', async t => {
  const causes: [TimelineEvent, Cause][] = [
    [{ kind: 'reauthorisation_rejected', why: 'profile_not_reached' }, 'wrong_amazon_account'],
    [unconfirmed, 'other_amazon_account'],
    [blocked, 'blocked_by_limit'],
    [expired, 'pending_expired'],
    [{ kind: 'pending_discarded' }, 'pending_discarded'],
    [{ kind: 'pending_undecryptable' }, 'pending_undecryptable'],
  ]
  for (const [event, cause] of causes)
    t.strictSame(causesOf(aCase({ timeline: timelineOf(sent, authorised, event) })), [cause])
})

t.test('S-42 a blocked choice shows until when its picker is open', async t => {
  const untilOf = (
    pendingConnection: DiagnosisInput['pending'],
    event: TimelineEvent = blocked,
    now = noon,
  ) =>
    findingOf(
      event === blocked ? 'blocked_by_limit' : 'other_amazon_account',
      aCase({ timeline: timelineOf(sent, authorised, event), pending: pendingConnection }),
      now,
    )?.about.until
  t.strictSame(untilOf(aPending()), hoursLater(1))
  t.strictSame(untilOf(aPending(), unconfirmed), hoursLater(1))
  t.equal(untilOf(null), undefined)
  t.equal(untilOf(aPending({ attemptId: anId<AttemptId>() })), undefined, 'the picker of another attempt')
  t.equal(untilOf(aPending(), blocked, hoursLater(1)), undefined, 'an expired picker')
})

t.test('S-42 a pending connection that was blocked and then expired shows what blocked it', async t => {
  t.strictSame(causesOf(aCase({ timeline: timelineOf(sent, blocked, expired) })), ['blocked_by_limit'])
  t.strictSame(causesOf(aCase({ timeline: timelineOf(sent, unconfirmed, expired) })), [
    'other_amazon_account',
  ])
  const stale: TimelineEvent = { kind: 'choice_rejected', code: 'picker_outdated' }
  t.strictSame(causesOf(aCase({ timeline: timelineOf(sent, stale, expired) })), [
    'picker_outdated',
    'pending_expired',
  ])
})

t.test('S-42 only the newest authorisation attempt counts', async t => {
  const older = { attemptId: anId<AttemptId>(), at: hoursLater(-2) }
  const timeline = [...timelineOf(sent, cancelled), aTimelineEntry({ kind: 'pending_discarded' }, older)]
  t.strictSame(causesOf(aCase({ timeline })), ['consent_cancelled'])

  const unattached = aTimelineEntry({ kind: 'callback_rejected', why: 'unknown' }, { attemptId: null })
  const olderUnattached = aTimelineEntry(expired, { attemptId: null, at: hoursLater(-3) })
  t.strictSame(
    causesOf(aCase({ timeline: [unattached, ...timeline, olderUnattached] })),
    ['callback_state_unknown'],
    'an entry without an attempt is separate',
  )
})

t.test('S-42 resubmitting an outdated page ranks below the attempt before it', async t => {
  const resubmission = aTimelineEntry(
    { kind: 'choice_rejected', code: 'pending_expired' },
    { attemptId: null },
  )
  t.strictSame(causesOf(aCase({ timeline: [resubmission, ...timelineOf(sent, cancelled)] })), [
    'consent_cancelled',
  ])
  t.strictSame(
    causesOf(aCase({ timeline: [resubmission] })),
    ['pending_expired'],
    'unless there is no attempt',
  )
  const newerAttempt = aTimelineEntry(
    { kind: 'choice_rejected', code: 'picker_outdated' },
    { attemptId: anId<AttemptId>() },
  )
  t.strictSame(causesOf(aCase({ timeline: [newerAttempt, ...timelineOf(sent, cancelled)] })), [
    'picker_outdated',
  ])
})

t.test('S-42 an entry that is not a step of an attempt hides no attempt', async t => {
  const otherEvents: TimelineEvent[] = [
    { kind: 'connect_link_used' },
    { kind: 'erasure_requested' },
    { kind: 'authorisation_lost', why: 'grant_revoked' },
    { kind: 'sync_finished', loaded: 0, failed: 12 },
  ]
  for (const event of otherEvents) {
    const newer = aTimelineEntry(event, { attemptId: anId<AttemptId>(), at: noon })
    t.strictSame(causesOf(aCase({ timeline: [newer, ...timelineOf(sent, cancelled)] })), [
      'consent_cancelled',
    ])
  }
})

t.test('S-42 an attempt that ended in a connection has no finding', async t => {
  const reauthorised: TimelineEvent = { kind: 'reauthorised', amazonUser: 'same' }
  const reopened: TimelineEvent = { kind: 'reopened', profileId: '7', label: 'My Brand US' }
  for (const success of [connected, reauthorised, reopened])
    t.strictSame(causesOf(aCase({ timeline: timelineOf(sent, blocked, success) })), ['never_connected'])
})

t.test('S-42 a failed attempt is shown next to a working connection for seven days', async t => {
  const timeline = timelineOf(sent, cancelled)
  const [last] = timeline
  const week = 7 * 24 * 3_600_000
  const at = (milliseconds: number) => new Date(Number(last?.at) + milliseconds)
  const facts = aCase({
    connection: anActiveConnection(),
    timeline,
    sync: aSync({ lastLoadedAt: at(week) }),
  })
  t.ok(findingOf('consent_cancelled', facts, at(week)))
  t.notOk(findingOf('consent_cancelled', facts, at(week + 1)))
  const lost = aCase({ connection: anUnauthorisedConnection(), timeline })
  t.ok(findingOf('consent_cancelled', lost, at(week + 1)), 'longer when authorisation is needed')
  t.ok(findingOf('consent_cancelled', aCase({ timeline }), at(week + 1)), 'longer without a connection')
})

t.test('S-42 a user at Amazon is expected back within half an hour', async t => {
  const facts = aCase({ timeline: [aTimelineEntry(sent, { at: noon })] })
  t.strictSame(causesOf(facts, minutesLater(29.9)), ['at_amazon'])
  t.match(findingOf('at_amazon', facts), { confidence: 'certain', about: { until: minutesLater(30) } })
  t.strictSame(causesOf(facts, minutesLater(30)), ['callback_missing'])
  t.equal(findingOf('callback_missing', facts, minutesLater(30))?.confidence, 'possible')
  t.strictSame(
    causesOf(aCase({ timeline: [aTimelineEntry({ kind: 'connect_rejected', planRestriction: 'no_plan' })] })),
    ['never_connected'],
  )
})

t.test('S-42 opening a callback twice does not block the choice of a profile', async t => {
  const replayed: TimelineEvent = { kind: 'callback_rejected', why: 'replayed' }
  t.strictSame(causesOf(aCase({ timeline: timelineOf(sent, replayed) })), ['callback_replayed'])
  const facts = aCase({ timeline: timelineOf(sent, authorised, replayed), pending: aPending() })
  t.strictSame(causesOf(facts), ['callback_replayed', 'choosing'])
  t.strictSame(causesOf(aCase({ timeline: timelineOf(sent, authorised, cancelled), pending: aPending() })), [
    'consent_cancelled',
  ])
})

t.test('S-42 an authorised user can choose a profile for one hour', async t => {
  const timeline = timelineOf(sent, authorised)
  const facts = aCase({ timeline, pending: aPending() })
  t.match(findingOf('choosing', facts), { confidence: 'certain', about: { until: hoursLater(1) } })
  t.strictSame(causesOf(facts, minutesLater(59)), ['choosing'])
  t.strictSame(causesOf(facts, hoursLater(1)), ['pending_expired'])
  t.strictSame(causesOf(aCase({ timeline })), ['never_connected'], 'other findings show the outcome')
  const other = aPending({ attemptId: anId<AttemptId>() })
  t.strictSame(causesOf(aCase({ timeline, pending: other })), ['never_connected'])
})

t.test('S-42 a profile can be chosen if a region lists one or was not fetched', async t => {
  const timeline = timelineOf(sent, authorised)
  const choosing = (regionResults: NonNullable<DiagnosisInput['pending']>['regionResults']) =>
    causesOf(aCase({ timeline, pending: aPending({ regionResults }) })).includes('choosing')
  t.ok(choosing(unfetchedRegionResults))
  t.ok(choosing(regionResultsWith(aBritishProfile())))
  t.ok(choosing({ ...regionResultsWith(), fe: { state: 'not_fetched' } }))
  t.notOk(choosing(regionResultsWith()))
})

t.test('S-42 each failure to fetch a region has its cause', async t => {
  const causes: Record<Exclude<RegionFailure, 'our_error'>, Cause> = {
    unreachable: 'region_unreachable',
    timeout: 'region_timeout',
    refused: 'region_forbidden',
    throttled: 'region_throttled',
    unreadable: 'region_unreadable',
  }
  const findingFor = (failure: object, overrides: Partial<DiagnosisInput> = {}) => {
    const event = { kind: 'profiles_fetch_failed', region: 'eu', ...failure } as TimelineEvent
    const facts = aCase({ timeline: timelineOf(sent, authorised, event), ...overrides })
    const [cause] = causesOf(facts)
    return cause && findingOf(cause, facts)
  }
  for (const [why, cause] of Object.entries(causes)) {
    t.match(findingFor({ why }), { cause, confidence: 'certain', about: { regions: ['eu'], count: 0 } })
    t.equal(findingFor({ why, amazonMessage: 'clientId', skewSeconds: 400 })?.cause, cause)
  }
  t.equal(
    findingFor({ why: 'timeout' }, { pending: aPending() })?.about.count,
    2,
    'in addition to the profiles of the other regions',
  )
  t.match(findingFor({ why: 'our_error', httpStatus: 401, skewSeconds: 400, amazonMessage: 'no' }), {
    cause: 'clock_skewed',
    confidence: 'likely',
    about: { skewSeconds: 400, detail: 'no' },
  })
  t.equal(
    findingFor({ why: 'our_error', httpStatus: 401, amazonMessage: 'clientId is wrong' })?.cause,
    'client_refused',
  )
  t.equal(findingFor({ why: 'our_error', httpStatus: 401, amazonMessage: 'no' })?.cause, 'app_not_approved')
  t.equal(findingFor({ why: 'our_error', httpStatus: 400 })?.cause, 'profiles_request_refused')
  t.strictSame(
    Object.keys(findingFor({ why: 'timeout' })?.about ?? {}),
    ['regions', 'count'],
    'Amazon gave no details',
  )
})

t.test('S-42 the latest result of each region counts', async t => {
  const fetched = (region: 'na' | 'eu'): TimelineEvent => ({ kind: 'profiles_fetched', region, count: 1 })
  const fetchFailed = (region: 'na' | 'eu'): TimelineEvent => ({
    kind: 'profiles_fetch_failed',
    region,
    why: 'timeout',
  })
  const caseWith = (...events: TimelineEvent[]) =>
    aCase({ timeline: timelineOf(sent, authorised, ...events) })
  t.strictSame(causesOf(caseWith(fetchFailed('eu'), fetched('eu'))), ['never_connected'])
  t.strictSame(causesOf(caseWith(fetchFailed('eu'), fetched('na'))), ['region_timeout'])
  t.strictSame(causesOf(caseWith(fetched('eu'), fetchFailed('eu'))), ['region_timeout'])
  const both = findingOf('region_timeout', caseWith(fetchFailed('eu'), fetchFailed('na')))
  t.strictSame(both?.about.regions, ['na', 'eu'])
  t.equal(both?.evidence.length, 2)
})

t.test('S-09 S-42 each failure to fetch the Amazon user has its cause', async t => {
  const causes: Record<RegionFailure, Cause> = {
    unreachable: 'amazon_user_unreachable',
    timeout: 'amazon_user_timeout',
    refused: 'amazon_user_profile_forbidden',
    our_error: 'amazon_user_request_refused',
    throttled: 'amazon_user_throttled',
    unreadable: 'amazon_user_unreadable',
  }
  const caseWith = (...events: TimelineEvent[]) =>
    aCase({ timeline: timelineOf(sent, authorised, ...events), pending: aPending() })
  for (const [why, cause] of Object.entries(causes)) {
    const fetchFailure: TimelineEvent = {
      kind: 'amazon_user_fetch_failed',
      why: why as RegionFailure,
      amazonMessage: 'no',
    }
    t.strictSame(causesOf(caseWith(fetchFailure)), [cause, 'choosing'])
    t.match(findingOf(cause, caseWith(fetchFailure)), { about: { detail: 'no' } })
    t.strictSame(causesOf(caseWith(fetchFailure, { kind: 'amazon_user_fetched', userId: 'u' })), ['choosing'])
    const skewed = { ...fetchFailure, skewSeconds: 400 }
    t.equal(causesOf(caseWith(skewed))[0], why === 'our_error' ? 'clock_skewed' : cause)
  }
})

import { casePage, casesPage } from '../../../src/adapters/fastify/console/cases/case-pages.ts'
import {
  caseFilterIn,
  cursorIn,
  timelineFilterIn,
} from '../../../src/adapters/fastify/console/cases/case-query.ts'
import {
  inboxPageModel,
  parseCursor as parseInboxCursor,
  requestPage,
} from '../../../src/adapters/fastify/console/requests-page.ts'
import type { CaseDetails } from '../../../src/admin/cases/open-case.ts'
import type { Diagnosis } from '../../../src/admin/diagnosis/diagnose.ts'
import type {
  DiagnosisInput,
  EntryId,
  StoredTimelineEntry,
} from '../../../src/admin/diagnosis/diagnosis-input.ts'
import { createFinding, evidenceFromFact, findingFromEntry } from '../../../src/admin/diagnosis/finding.ts'
import type { Role } from '../../../src/domain/access/user.ts'
import { type Connection, isErased } from '../../../src/domain/connection/connection.ts'
import { healthOf } from '../../../src/domain/health/health.ts'
import type {
  AttemptId,
  ConnectionId,
  ReportId,
  SupportRequestId,
  SyncRunId,
  UserId,
} from '../../../src/domain/identifiers.ts'
import { events } from '../../admin/cases/events.ts'
import { aCase, aSync } from '../../admin/diagnosis/case-examples.ts'
import {
  aBritishProfile,
  aClosedConnection,
  aComment,
  aConsent,
  aFailedReport,
  aGeneratingReport,
  aGrant,
  aLoadedReport,
  anActiveConnection,
  anErasedConnection,
  anUnauthorisedConnection,
  aPendingConnection,
  aProfile,
  aRun,
  aSubscription,
  aSupportRequest,
  aUser,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'
import { staffShell } from '../samples/second-factor-samples.ts'

const idOf = <Id extends string>(start: string): Id =>
  `${start.padEnd(8, '0')}-7c33-4b0e-9b61-0d5f4b1c7e21` as string as Id
const sam = aUser({ id: idOf<UserId>('aa1'), email: 'sam@example.test' })
const sol = aUser({ id: idOf<UserId>('aa2'), email: 'sol@example.test', name: 'Sol', role: 'support' })
const ada = { ...sol, id: idOf<UserId>('aa3'), name: 'Ada', role: 'admin' as Role }
const first = idOf<ConnectionId>('c1')
const second = idOf<ConnectionId>('c2')

const active = anActiveConnection({
  id: first,
  userId: sam.id,
  connectedAt: hoursLater(-50),
  profile: aBritishProfile(),
  grant: aGrant({ loginRegion: 'na', consentedAt: hoursLater(-40) }),
})
const unauthorised = anUnauthorisedConnection({
  id: first,
  userId: sam.id,
  profile: aProfile({ timezone: 'Mars/Olympus_Mons' }),
  consent: aConsent({ amazonUser: null }),
})
const closed = aClosedConnection({ id: first, userId: sam.id, closedAt: hoursLater(-6) })
const erased = anErasedConnection({ id: first, userId: sam.id, closedAt: hoursLater(-7) })

/** One entry of each kind, seconds to days apart. */
const gaps = [0, 1_500, 30_000, 400_000, 3_600_000, 14_400_000, 300_000_000]
let at = noon.getTime()
const timeline = Object.values(events)
  .map((event, index): StoredTimelineEntry => {
    at -= gaps[index % gaps.length] ?? 0
    return {
      id: `${1000 - index}` as EntryId,
      at: new Date(at),
      userId: sam.id,
      attemptId: index % 3 === 0 ? idOf<AttemptId>('d1') : null,
      connectionId: first,
      syncRunId: index % 3 === 1 ? idOf<SyncRunId>('d2') : null,
      reportId: index % 5 === 1 ? idOf<ReportId>('d3') : null,
      event,
    }
  })
  .concat(
    timelineEntry('report_failed', {
      ...events.report_failed,
      reason: { error: 'timeout', detail: null, requestId: 'rid-7' },
    }),
    timelineEntry('report_error', {
      ...events.report_error,
      error: { error: 'timeout', requestId: 'rid-8' },
    }),
  )

function timelineEntry(id: string, event: StoredTimelineEntry['event']): StoredTimelineEntry {
  return {
    id: id as EntryId,
    at: hoursLater(-10_000),
    userId: sam.id,
    attemptId: null,
    connectionId: first,
    syncRunId: null,
    reportId: null,
    event,
  }
}

const revoked = findingFromEntry(timelineEntry('7', events.authorisation_lost), 'grant_revoked')
const [loaded, failed] = [aLoadedReport(), aFailedReport({ type: 'sp_targeting' })]
const sync = aSync({ finished: [loaded, failed], nextSyncAt: hoursLater(15) })
const diagnosis: Diagnosis = [
  revoked,
  createFinding('plan_lapsed', hoursLater(-3), [evidenceFromFact(hoursLater(-3), 'The plan ended.')], {
    confidence: 'likely',
    planRestriction: { kind: 'lapsed', plan: 'annual', endedAt: hoursLater(-3) },
  }),
  createFinding('callback_missing', null, [], { confidence: 'possible' }),
  createFinding('throttled', hoursLater(-1), [], { dueAt: hoursLater(1) }),
]
const healthy: Diagnosis = [createFinding('healthy', null, [], { until: hoursLater(15) })]

function caseDetails(
  connection: Connection | null,
  overrides: Partial<CaseDetails & DiagnosisInput> = {},
): CaseDetails {
  const { planRestriction = null, pending = null, ...rest } = overrides
  const diagnosisInput = aCase({ connection, sync, planRestriction, pending })
  const isGone = !connection || isErased(connection)
  const run = aRun({ connectionId: first })
  return {
    key: { userId: sam.id, connectionId: connection?.id ?? null },
    user: sam,
    subscription: aSubscription({ plan: 'annual', endsAt: hoursLater(300) }),
    connection,
    health: connection && healthOf({ connection, planRestriction, sync: sync }, noon),
    stage: 'ready',
    diagnosis,
    diagnosisInput,
    syncHistory: isGone ? null : { ...sync, interactiveSync: { run, reports: [] }, reconciled: null },
    timeline: [],
    hasMore: false,
    staffNames: new Map([['p-1' as UserId, 'Petra']]),
    otherConnectionIds: [],
    ...rest,
  }
}
const about = { by: sol, query: {}, consentDays: 365, typed: null, verification: null, now: noon }
const page = (details: CaseDetails, overrides: Partial<Parameters<typeof casePage>[2]> = {}) =>
  casePage(staffShell, details, { ...about, ...overrides })
const typed = { reason: 'They asked', from: '2026-04-20', to: '2026-04-25' }

const cases = {
  'an active connection, for support': page(caseDetails(active, { otherConnectionIds: [second] })),
  'an active connection, for an admin, with a consent that expires soon': page(
    caseDetails({ ...active, grant: aGrant({ consentedAt: new Date('2026-08-10T12:00:00Z') }) }),
    { by: ada },
  ),
  'a complete timeline': page(caseDetails(active, { timeline, hasMore: true, diagnosis: healthy })),
  'a filtered timeline': page(caseDetails(active, { timeline: timeline.slice(0, 1), hasMore: true }), {
    query: { group: 'loading', level: 'error', about: idOf('d1'), before: '77' },
  }),
  'a sync in progress': page({
    ...caseDetails(active),
    diagnosisInput: aCase({ connection: active, sync: aSync({ open: [aGeneratingReport()] }) }),
  }),
  'rejected days': page(caseDetails(active), {
    typed: { action: 'load_again', ...typed, problem: { field: 'days', sentence: 'They are too many.' } },
  }),
  'an action that is no longer possible': page(caseDetails(unauthorised), {
    typed: {
      action: 'sync_now',
      ...typed,
      problem: { field: 'form', sentence: 'This action is no longer possible.' },
    },
  }),
  'the plan lapsed': page(
    caseDetails(active, {
      planRestriction: { kind: 'no_plan' },
      subscription: null,
      stage: 'generating_reports',
    }),
  ),
  'no authorisation, in an unknown time zone': page(
    caseDetails(unauthorised, { timeline: timeline.slice(0, 2) }),
  ),
  closed: page(caseDetails(closed)),
  erased: page(caseDetails(erased)),
  'nothing connected, something pending': page(
    caseDetails(null, { pending: aPendingConnection({ expiresAt: minutesLater(40) }), stage: 'choosing' }),
  ),
  'the pending connection expired': page(
    caseDetails(null, { pending: aPendingConnection({ expiresAt: minutesLater(-1) }), stage: 'not_started' }),
  ),
  // For a user, the last closed connection is known but not shown as theirs.
  'no longer connected': page({
    ...caseDetails(closed),
    key: { userId: sam.id, connectionId: null },
  }),
}

const caseRow = {
  key: { userId: sam.id, connectionId: first },
  user: sam,
  amazonEmail: 'sam@amazon.example',
  account: { id: '801', accountName: 'My Brand UK', country: 'UK' },
  health: 'throttled',
  stage: 'processing',
  cause: 'throttled',
  plan: 'annual',
  lastLoadedAt: hoursLater(-8),
  lastEventAt: hoursLater(-4),
} as const
const minimalRow = {
  ...caseRow,
  key: { userId: ada.id, connectionId: null },
  amazonEmail: sam.email,
  account: null,
  health: null,
  lastLoadedAt: null,
}
const query = {
  q: 'sam',
  health: 'throttled',
  stage: 'ready',
  cause: 'throttled',
  plan: 'none',
  region: 'eu',
}
const cursor = { lastEventAt: hoursLater(-4), id: first }
const lists = {
  'all cases': casesPage(staffShell, {}, { cases: [caseRow, minimalRow], next: null }),
  filtered: casesPage(staffShell, query, { cases: [caseRow], next: cursor }),
  'filtered by health': casesPage(staffShell, { health: 'stale' }, { cases: [], next: null }),
  'parsed queries': {
    filter: caseFilterIn(query),
    nothing: caseFilterIn({ health: '' }),
    place: cursorIn({ at: cursor.lastEventAt.toISOString(), after: cursor.id }),
    half: cursorIn({ at: cursor.lastEventAt.toISOString() }),
    none: cursorIn({ at: '2026-99-99T00:00:00.000Z', after: cursor.id }),
    timeline: timelineFilterIn({ group: 'email', level: 'warning', about: idOf('d1'), before: '77' }),
    wholeTimeline: timelineFilterIn({}),
  },
}

const supportRequest = aSupportRequest({
  id: idOf<SupportRequestId>('b1'),
  userId: sam.id,
  connectionId: second,
  requestedAt: hoursLater(-9),
  page: '/dashboard/ads/',
  reference: '7F3K-2QXD',
  status: { state: 'waiting_on_customer', since: hoursLater(-2), by: sol.id },
  text: { message: `No  profile\nis shown. ${'x'.repeat(200)}`, amazonEmail: '', marketplace: '' },
})
const plain = aSupportRequest({ id: idOf<SupportRequestId>('b2'), userId: sam.id })
const counts = { open: 0, waiting_on_customer: 7, solved: 1000 }
const after = { since: hoursLater(-3), id: supportRequest.id }
const inboxes = {
  open: inboxPageModel(
    staffShell,
    { requests: [{ request: plain, name: 'Sam' }], next: null, counts },
    { state: 'open', order: 'oldest', after: null },
  ),
  'waiting, newest first, a page of many': inboxPageModel(
    staffShell,
    { requests: [{ request: supportRequest, name: 'Sam' }], next: after, counts },
    { state: 'waiting_on_customer', order: 'newest', after },
  ),
  'none is solved': inboxPageModel(
    staffShell,
    { requests: [], next: null, counts },
    { state: 'solved', order: 'oldest', after: null },
  ),
  'a place in an address': parseInboxCursor(`${after.since.getTime()}.${after.id}`),
}

const formIds = { answer: { idempotencyKey: 'form-1' }, note: { idempotencyKey: 'form-2' } }
const requestDetails = {
  request: supportRequest,
  user: sam,
  connections: [],
  comments: [],
  names: new Map([[sol.id, 'Sol']]),
}
const requests = {
  'with all there is': requestPage(
    staffShell,
    {
      ...requestDetails,
      connections: [active, { ...unauthorised, id: second }, closed, { ...closed, reason: 'replaced' }],
      comments: [
        aComment({ requestId: supportRequest.id, authorId: sol.id }),
        aComment({
          requestId: supportRequest.id,
          kind: 'reply',
          text: 'Please try again.',
          commentedAt: hoursLater(1),
        }),
      ],
    },
    {
      cases: [caseDetails(active), { ...caseDetails(null), diagnosis: healthy }, caseDetails(erased)],
      ...formIds,
      answer: { idempotencyKey: 'form-1', text: 'x', problem: 'It is too long.' },
    },
  ),
  'just asked': requestPage(staffShell, { ...requestDetails, request: plain }, { cases: [], ...formIds }),
}

export const consoleModels: Readonly<Record<string, Readonly<Record<string, object>>>> = {
  case: cases,
  cases: lists,
  inbox: inboxes,
  request: requests,
}

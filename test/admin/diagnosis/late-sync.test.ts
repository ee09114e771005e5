import t from 'tap'
import { refreshAt } from '../../../src/admin/cases/case-key.ts'
import { causeTexts } from '../../../src/admin/diagnosis/cause-texts.ts'
import { diagnose } from '../../../src/admin/diagnosis/diagnose.ts'
import type { DiagnosisInput, WorkerStatus } from '../../../src/admin/diagnosis/diagnosis-input.ts'
import { after, hours } from '../../../src/domain/calendar.ts'
import {
  aFailedReport,
  aGeneratingReport,
  aLoadedReport,
  anActiveConnection,
  anUnauthorisedConnection,
  hoursLater,
  minutesLater,
  noon,
} from '../../support/examples.ts'

type SyncProgress = NonNullable<DiagnosisInput['sync']>

/** A sync that was due at 09:00 UTC and hasn't started. */
const lateSyncInput = (
  workerStatus: Partial<WorkerStatus>,
  loading: Partial<SyncProgress> = {},
): DiagnosisInput => ({
  planRestriction: null,
  connection: anActiveConnection(),
  pending: null,
  sync: {
    interactiveSync: { requestedAt: hoursLater(-48), reports: [] },
    open: [],
    finished: [aLoadedReport()],
    failingSince: new Map(),
    lastLoadedAt: hoursLater(-23),
    nextSyncAt: hoursLater(-3),
    mismatches: 0,
    ...loading,
  } as SyncProgress,
  typicalDurations: new Map(),
  timeline: [],
  workerStatus: { workerSeenAt: noon, lateSince: null, syncDeferralReason: null, ...workerStatus },
})

const firstFinding = (input: DiagnosisInput) => {
  const [finding] = diagnose(input, noon)
  return { cause: finding.cause, sentence: causeTexts[finding.cause].agentMessage(finding) }
}

t.test('S-42 a late sync is attributed to its region’s state, or else to our queue', async t => {
  t.match(firstFinding(lateSyncInput({ syncDeferralReason: 'region_rate_limited' })), {
    cause: 'throttled',
    sentence: /waiting in the queue since 2026-05-12 09:00 UTC; starts automatically\.$/,
  })
  t.match(firstFinding(lateSyncInput({ syncDeferralReason: 'region_down' })), {
    cause: 'amazon_unreachable',
    sentence: /not responding for any account .* waiting since 2026-05-12 09:00 UTC/,
  })
  t.equal(firstFinding(lateSyncInput({})).cause, 'queue_delayed')
})

t.test('S-42 a failed report with the same cause is shown too, and the earlier date counts', async t => {
  const failed = aFailedReport({
    type: 'sb_campaigns',
    failedAt: hoursLater(-23),
    reason: { error: 'throttled', detail: null },
  })
  const { sentence } = firstFinding(
    lateSyncInput({ syncDeferralReason: 'region_rate_limited' }, { finished: [aLoadedReport(), failed] }),
  )

  t.match(sentence, /^Amazon has throttled \(429\) .* since 2026-05-11 13:00 UTC; failed for now/)
  t.match(sentence, /Daily sync waiting in the queue since 2026-05-12 09:00 UTC; starts automatically\.$/)
})

t.test('S-42 a sync that is due during another sync run is not late', async t => {
  const open = [aGeneratingReport({ dueAt: minutesLater(1) })]

  t.not(firstFinding(lateSyncInput({}, { open })).cause, 'queue_delayed')
  t.not(
    firstFinding(lateSyncInput({}, { lastLoadedAt: minutesLater(-9) })).cause,
    'queue_delayed',
    'nor right after that sync run',
  )
  t.equal(firstFinding(lateSyncInput({}, { lastLoadedAt: minutesLater(-11) })).cause, 'queue_delayed')
  const causesAfterFailure = (minutes: number) => {
    const failed = aFailedReport({ type: 'sb_campaigns', failedAt: minutesLater(-minutes) })
    return diagnose(lateSyncInput({}, { finished: [aLoadedReport(), failed] }), noon).map(
      ({ cause }) => cause,
    )
  }
  t.notOk(
    causesAfterFailure(9).includes('queue_delayed'),
    'nor right after a sync run whose last report failed',
  )
  t.ok(causesAfterFailure(11).includes('queue_delayed'))
})

t.test('S-42 the cause of a late sync is checked again within the hour', async t => {
  t.strictSame(
    refreshAt(lateSyncInput({ syncDeferralReason: 'region_down' }), null, noon),
    after(noon, hours(1)),
  )
  t.strictSame(
    refreshAt(lateSyncInput({}, { nextSyncAt: hoursLater(20) }), null, noon),
    hoursLater(3),
    'otherwise once the figures are stale',
  )
  const { profile, id, userId } = anActiveConnection()
  const unauthorised = { ...lateSyncInput({}), connection: anUnauthorisedConnection({ id, userId, profile }) }
  t.strictSame(refreshAt(unauthorised, null, noon), hoursLater(6), 'no sync will start')
})

import t from 'tap'
import { lookAgainAt } from '../../../src/admin/cases/case.ts'
import { diagnose } from '../../../src/admin/diagnosis/diagnose.ts'
import type { CaseFacts, WorkFacts } from '../../../src/admin/diagnosis/facts.ts'
import { causeWords } from '../../../src/admin/diagnosis/words.ts'
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

type Loading = NonNullable<CaseFacts['loading']>

/** A sync that was due at 09:00 UTC and hasn't started. */
const facts = (work: Partial<WorkFacts>, loading: Partial<Loading> = {}): CaseFacts => ({
  lack: null,
  connection: anActiveConnection(),
  pending: null,
  loading: {
    asked: { requestedAt: hoursLater(-48), reports: [] },
    open: [],
    settled: [aLoadedReport()],
    failingSince: new Map(),
    lastLoadedAt: hoursLater(-23),
    nextSyncAt: hoursLater(-3),
    differences: 0,
    ...loading,
  } as Loading,
  usual: new Map(),
  story: [],
  work: { workerSeenAt: noon, lateSince: null, syncsHeldFor: null, ...work },
})

const firstOf = (its: CaseFacts) => {
  const [finding] = diagnose(its, noon)
  return { cause: finding.cause, sentence: causeWords[finding.cause].sentence(finding) }
}

t.test('S-42 a late sync is attributed to its region’s state, and otherwise to our queue', async t => {
  t.match(firstOf(facts({ syncsHeldFor: 'region_busy' })), {
    cause: 'throttled',
    sentence: /waiting in the queue since 2026-05-12 09:00 UTC; starts automatically\.$/,
  })
  t.match(firstOf(facts({ syncsHeldFor: 'region_down' })), {
    cause: 'amazon_unreachable',
    sentence: /not responding for any account .* waiting since 2026-05-12 09:00 UTC/,
  })
  t.equal(firstOf(facts({})).cause, 'queue_late')
})

t.test('S-42 a failed report with the same cause is shown too, since the earlier of both', async t => {
  const failed = aFailedReport({
    type: 'sb_campaigns',
    failedAt: hoursLater(-23),
    reason: { trouble: 'throttled', detail: null },
  })
  const { sentence } = firstOf(facts({ syncsHeldFor: 'region_busy' }, { settled: [aLoadedReport(), failed] }))

  t.match(sentence, /^Amazon throttles \(429\) .* since 2026-05-11 13:00 UTC; failed for now/)
  t.match(sentence, /Daily sync waiting in the queue since 2026-05-12 09:00 UTC; starts automatically\.$/)
})

t.test('S-42 a sync that is due during another sync run is not late', async t => {
  const open = [aGeneratingReport({ nextTryAt: minutesLater(1) })]

  t.not(firstOf(facts({}, { open })).cause, 'queue_late')
  t.not(firstOf(facts({}, { lastLoadedAt: minutesLater(-9) })).cause, 'queue_late', 'also not right after it')
  t.equal(firstOf(facts({}, { lastLoadedAt: minutesLater(-11) })).cause, 'queue_late')
  const failedAt = (minutes: number) => {
    const failed = aFailedReport({ type: 'sb_campaigns', failedAt: minutesLater(-minutes) })
    return diagnose(facts({}, { settled: [aLoadedReport(), failed] }), noon).map(({ cause }) => cause)
  }
  t.notOk(failedAt(9).includes('queue_late'), 'also not right after a sync run whose last report failed')
  t.ok(failedAt(11).includes('queue_late'))
})

t.test('S-42 the cause of a late sync is checked again within the hour', async t => {
  t.strictSame(lookAgainAt(facts({ syncsHeldFor: 'region_down' }), null, noon), after(noon, hours(1)))
  t.strictSame(
    lookAgainAt(facts({}, { nextSyncAt: hoursLater(20) }), null, noon),
    hoursLater(3),
    'otherwise until it is stale',
  )
  const { profile, id, personId } = anActiveConnection()
  const lost = { ...facts({}), connection: anUnauthorisedConnection({ id, personId, profile }) }
  t.strictSame(lookAgainAt(lost, null, noon), hoursLater(6), 'no sync will start')
})

import { causeOfClosure, causeOfLoss, causeOfPlanRestriction } from './cause-mapping.ts'
import type { DiagnosisInput, StoredTimelineEntry } from './diagnosis-input.ts'
import { createFinding, type Evidence, evidenceFromEntry, evidenceFromFact, type Finding } from './finding.ts'

/** S-02, S-03. */
export function diagnosePlan({ planRestriction, timeline }: DiagnosisInput): Finding[] {
  if (!planRestriction) return []
  const planEntry = timeline.find(({ event }) =>
    ['connect_rejected', 'sync_skipped', 'plan_changed'].includes(event.kind),
  )
  const since = planRestriction.kind === 'lapsed' ? planRestriction.endedAt : null
  const evidence = planEntry ? [evidenceFromEntry(planEntry)] : []
  const lapseEvidence = since ? [evidenceFromFact(since, 'Subscription ended.')] : []
  return [
    createFinding(causeOfPlanRestriction[planRestriction.kind], since, [...lapseEvidence, ...evidence], {
      planRestriction,
    }),
  ]
}

/** S-26, S-27. */
export function diagnoseConnection({ connection, timeline }: DiagnosisInput): Finding[] {
  if (!connection) return []
  switch (connection.status) {
    case 'active':
      return []
    case 'needs_authorisation': {
      const { since, why } = connection
      const evidence = evidenceOf(timeline, 'authorisation_lost', since, 'Authorisation lost.')
      return [createFinding(causeOfLoss[why], since, evidence)]
    }
    case 'closed': {
      const { closedAt, reason, eraseAt } = connection
      const evidence = evidenceOf(timeline, 'closed', closedAt, 'Connection closed.')
      return [createFinding(causeOfClosure[reason], closedAt, evidence, { until: eraseAt })]
    }
    case 'erasing':
    case 'erased':
      return [
        createFinding('erased', connection.closedAt, [
          ...evidenceOf(timeline, 'erasure_started', connection.closedAt, 'Connection closed, data erased.'),
        ]),
      ]
  }
}

function evidenceOf(
  timeline: readonly StoredTimelineEntry[],
  kind: 'authorisation_lost' | 'closed' | 'erasure_started',
  at: Date,
  fallback: string,
): Evidence[] {
  const entry = timeline.find(({ event }) => event.kind === kind)
  return [entry ? evidenceFromEntry(entry) : evidenceFromFact(at, fallback)]
}

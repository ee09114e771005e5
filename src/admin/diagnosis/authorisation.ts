import { causeOfClosure, causeOfLoss, causeOfPlanRestriction } from './cause-mapping.ts'
import type { DiagnosisInput, StoredTimelineEntry } from './facts.ts'
import { type Evidence, evidenceFromEntry, type Finding, found, known } from './finding.ts'

/** S-02, S-03. */
export function diagnosePlan({ planRestriction, timeline }: DiagnosisInput): Finding[] {
  if (!planRestriction) return []
  const rejected = timeline.find(({ event }) =>
    ['connect_rejected', 'sync_skipped', 'plan_changed'].includes(event.kind),
  )
  const since = planRestriction.kind === 'lapsed' ? planRestriction.endedAt : null
  const evidence = rejected ? [evidenceFromEntry(rejected)] : []
  const lapsed = since ? [known(since, 'Subscription ended.')] : []
  return [
    found(causeOfPlanRestriction[planRestriction.kind], since, [...lapsed, ...evidence], {
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
      const evidence = entriesOf(timeline, 'authorisation_lost', since, 'Authorisation lost.')
      return [found(causeOfLoss[why], since, evidence)]
    }
    case 'closed': {
      const { closedAt, reason, eraseAt } = connection
      const evidence = entriesOf(timeline, 'closed', closedAt, 'Connection closed.')
      return [found(causeOfClosure[reason], closedAt, evidence, { until: eraseAt })]
    }
    case 'erasing':
    case 'erased':
      return [
        found('erased', connection.closedAt, [
          ...entriesOf(timeline, 'erasure_started', connection.closedAt, 'Connection closed, data erased.'),
        ]),
      ]
  }
}

function entriesOf(
  timeline: readonly StoredTimelineEntry[],
  kind: 'authorisation_lost' | 'closed' | 'erasure_started',
  at: Date,
  fallback: string,
): Evidence[] {
  const entry = timeline.find(({ event }) => event.kind === kind)
  return [entry ? evidenceFromEntry(entry) : known(at, fallback)]
}

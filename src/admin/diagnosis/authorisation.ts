import type { CaseFacts, StoryEntry } from './facts.ts'
import { type Evidence, type Finding, found, known, told } from './finding.ts'
import { causeOfEnd, causeOfLack, causeOfLoss } from './tables.ts'

/** Plan restrictions on connecting and syncing (S-02, S-03). */
export function findInPlan({ lack, story }: CaseFacts): Finding[] {
  if (!lack) return []
  const refused = story.find(({ happening }) =>
    ['connect_refused', 'sync_paused', 'plan_changed'].includes(happening.kind),
  )
  const since = lack.lack === 'lapsed' ? lack.endedAt : null
  const evidence = refused ? [told(refused)] : []
  const lapsed = since ? [known(since, 'Subscription ended.')] : []
  return [found(causeOfLack[lack.lack], since, [...lapsed, ...evidence], { lack })]
}

/** Lost authorisations and closed connections (S-26, S-27). */
export function findInConnection({ connection, story }: CaseFacts): Finding[] {
  if (!connection) return []
  switch (connection.status) {
    case 'active':
      return []
    case 'needs_authorisation': {
      const { since, why } = connection
      const evidence = entriesOf(story, 'authorisation_lost', since, 'Authorisation lost.')
      return [found(causeOfLoss[why], since, evidence)]
    }
    case 'closed': {
      const { closedAt, reason, eraseAt } = connection
      const evidence = entriesOf(story, 'closed', closedAt, 'Connection closed.')
      return [found(causeOfEnd[reason], closedAt, evidence, { until: eraseAt })]
    }
    case 'erasing':
    case 'erased':
      return [
        found('erased', connection.closedAt, [
          ...entriesOf(
            story,
            'erasure_begun',
            connection.closedAt,
            'Connection closed, data erased.',
          ),
        ]),
      ]
  }
}

function entriesOf(
  story: readonly StoryEntry[],
  kind: 'authorisation_lost' | 'closed' | 'erasure_begun',
  at: Date,
  otherwise: string,
): Evidence[] {
  const entry = story.find(({ happening }) => happening.kind === kind)
  return [entry ? told(entry) : known(at, otherwise)]
}

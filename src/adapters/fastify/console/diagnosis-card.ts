import type { AgentAction } from '../../../admin/diagnosis/actions.ts'
import type { Evidence, Finding } from '../../../admin/diagnosis/finding.ts'
import { causeWords } from '../../../admin/diagnosis/words.ts'
import { sentenceFor } from '../../../admin/timeline/sentences.ts'
import { formatMoment } from '../formats.ts'
import type { DiagnosisCard, EvidenceLine, ToolLink } from '../page-models/console.ts'
import { actionNames, confidenceWords, ownerWords } from './case-words.ts'

/**
 * S-42.
 * @param toolFor null when not possible now; `href` is null when only an admin may do it.
 */
export function diagnosisCard(
  finding: Finding,
  toolFor: (action: AgentAction) => Pick<ToolLink, 'href'> | null,
): DiagnosisCard {
  const { name, owner, sentence, tellTheSeller, agentCan, possibilities = [] } = causeWords[finding.cause]
  const { words, tone } = ownerWords[owner]
  return {
    cause: finding.cause,
    name,
    sentence: sentence(finding),
    owner: words,
    tone: finding.cause === 'all_well' ? 'success' : tone,
    confidence: confidenceWords[finding.confidence],
    since: finding.since && formatMoment(finding.since),
    possibilities,
    evidence: finding.evidence.map(evidenceLine),
    tell: tellTheSeller(finding),
    can: agentCan.flatMap(action => {
      const tool = toolFor(action)
      return tool ? [{ label: actionNames[action], ...tool }] : []
    }),
  }
}

const evidenceLine = ({ at, entry, sentence }: Evidence): EvidenceLine => ({
  when: formatMoment(at),
  iso: at.toISOString(),
  sentence: entry ? sentenceFor(entry.happening) : (sentence ?? ''),
  href: entry && `#entry-${entry.id}`,
})

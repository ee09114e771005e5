import { describeEvent } from '../../../../admin/cases/event-texts.ts'
import type { AgentAction } from '../../../../admin/diagnosis/actions.ts'
import { causeTexts } from '../../../../admin/diagnosis/cause-texts.ts'
import type { Evidence, Finding } from '../../../../admin/diagnosis/finding.ts'
import { formatDateTime } from '../../kit/formats.ts'
import type { DiagnosisCard, EvidenceItem, ToolLink } from '../page-models/console.ts'
import { actionNames, confidenceText, ownerText } from './case-texts.ts'

/**
 * S-42.
 * @param toolFor returns null when the action isn't possible now.
 */
export function diagnosisCard(
  finding: Finding,
  toolFor: (action: AgentAction) => Pick<ToolLink, 'href'> | null,
): DiagnosisCard {
  const {
    name,
    owner,
    agentMessage,
    sellerMessage,
    suggestedActions,
    possibilities = [],
  } = causeTexts[finding.cause]
  const { text, tone } = ownerText[owner]
  return {
    cause: finding.cause,
    name,
    sentence: agentMessage(finding),
    owner: text,
    tone: finding.cause === 'healthy' ? 'success' : tone,
    confidence: confidenceText[finding.confidence],
    since: finding.since && formatDateTime(finding.since),
    possibilities,
    evidence: finding.evidence.map(evidenceItem),
    sellerMessage: sellerMessage(finding),
    can: suggestedActions.flatMap(action => {
      const tool = toolFor(action)
      return tool ? [{ label: actionNames[action], ...tool }] : []
    }),
  }
}

const evidenceItem = ({ at, entry, sentence }: Evidence): EvidenceItem => ({
  when: formatDateTime(at),
  iso: at.toISOString(),
  sentence: entry ? describeEvent(entry.event) : (sentence ?? ''),
  href: entry && `#entry-${entry.id}`,
})

import { definitionOf, type ReportType } from '../../../domain/ingestion/catalogue.ts'
import { type Region, regionNames } from '../../../domain/profile/region.ts'
import type { AgentAction } from '../actions.ts'
import type { Owner } from '../causes.ts'
import type { Finding } from '../finding.ts'

/** Has no secrets. */
export interface CauseText {
  readonly name: string
  readonly owner: Owner
  readonly agentMessage: (finding: Finding) => string
  /** Ready to send. */
  readonly sellerMessage: (finding: Finding) => string
  /** Most likely remedy first. */
  readonly suggestedActions: readonly AgentAction[]
  readonly possibilities?: readonly string[]
}

export const causeText = (
  name: string,
  owner: Owner,
  agentMessage: string | CauseText['agentMessage'],
  sellerMessage: string | CauseText['sellerMessage'],
  suggestedActions: readonly AgentAction[],
): CauseText => ({
  name,
  owner,
  agentMessage: typeof agentMessage === 'string' ? () => agentMessage : agentMessage,
  sellerMessage: typeof sellerMessage === 'string' ? () => sellerMessage : sellerMessage,
  suggestedActions,
})

export const regionsIn = ({ about }: Finding): string =>
  formatList((about.regions ?? []).map(region => regionNames[region as Region]))

/** For example, `Europe region`, or `Europe and Far East regions`. */
export const namedRegionsIn = (finding: Finding): string =>
  `${regionsIn(finding)} region${finding.about.regions?.length === 1 ? '' : 's'}`

export function reportsIn({ about }: Finding): string {
  const types = [...new Set([...(about.failed ?? []), ...(about.tried ?? [])])]
  const names = types.map(type => definitionOf(type as ReportType).name)
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : formatList(names)
}

export const waitingSyncText = ({ about: { syncDueSince } }: Finding, place = ''): string =>
  syncDueSince ? ` Daily sync waiting${place} since ${formatUtc(syncDueSince)}; starts automatically.` : ''

export const hasReports = ({ about }: Finding): boolean => Boolean(about.failed ?? about.tried)

export const formatList = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** ` (Amazon: “…”)`, or empty. */
export const amazonMessageIn = ({ about }: Finding): string =>
  about.detail ? ` (Amazon: “${about.detail}”)` : ''

export const formatUtc = (date: Date): string => `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`

export const nextTryIn = ({ about }: Finding): string =>
  about.dueAt ? `; next try ${formatUtc(about.dueAt)}` : ''

export const retryStateOf = (finding: Finding): string => {
  const { failed = [], tried = [] } = finding.about
  if (tried.length > 0) return `retried automatically${nextTryIn(finding)}`
  return failed.length > 0 ? 'failed for now, the next sync requests it again' : 'resolved'
}

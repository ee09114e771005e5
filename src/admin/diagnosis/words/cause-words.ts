import { definitionOf, type ReportType } from '../../../domain/ingestion/catalogue.ts'
import { type Region, regionNames } from '../../../domain/profile/region.ts'
import type { AgentAction } from '../actions.ts'
import type { Owner } from '../causes.ts'
import type { Finding } from '../finding.ts'

/** What a cause is called, and what follows from it; each text is plain and has no secret in it. */
export interface CauseWords {
  /** As lists have it: `Permission revoked at Amazon`. */
  readonly name: string
  readonly owner: Owner
  /** What is the matter, for an agent: one sentence. */
  readonly sentence: (finding: Finding) => string
  /** What the seller is told, to be sent as it stands: what is so, and what they do about it. */
  readonly tellTheSeller: (finding: Finding) => string
  /** What helps, the likeliest first; each has its tool on the case's page. */
  readonly agentCan: readonly AgentAction[]
  /** What Amazon makes indistinguishable: nothing that it answers tells one from another. */
  readonly possibilities?: readonly string[]
}

/** A cause whose words name nothing of the finding. */
export const words = (
  name: string,
  owner: Owner,
  sentence: string | CauseWords['sentence'],
  tellTheSeller: string | CauseWords['tellTheSeller'],
  agentCan: readonly AgentAction[],
): CauseWords => ({
  name,
  owner,
  sentence: typeof sentence === 'string' ? () => sentence : sentence,
  tellTheSeller: typeof tellTheSeller === 'string' ? () => tellTheSeller : tellTheSeller,
  agentCan,
})

/** `Europe and Far East` */
export const regionsIn = ({ about }: Finding): string =>
  listed((about.regions ?? []).map(region => regionNames[region as Region]))

/** `SP campaigns, SB campaigns and 3 more` */
export function reportsIn({ about }: Finding): string {
  const types = [...new Set([...(about.failed ?? []), ...(about.tried ?? [])])]
  const names = types.map(type => definitionOf(type as ReportType).name)
  return names.length > 4 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : listed(names)
}

/** ` The daily sync waits since … and begins by itself.`, or nothing. */
export const waitingSync = ({ about: { syncDueSince } }: Finding, forWhat = ''): string =>
  syncDueSince ? ` The daily sync waits${forWhat} since ${utc(syncDueSince)} and begins by itself.` : ''

/** Otherwise it is about what has not begun. */
export const isOfReports = ({ about }: Finding): boolean => Boolean(about.failed ?? about.tried)

export const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** ` (Amazon: “…”)`, or nothing. */
export const saidIn = ({ about }: Finding): string => (about.said ? ` (Amazon: “${about.said}”)` : '')

export const utc = (moment: Date): string => `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`

export const nextTryIn = ({ about }: Finding): string =>
  about.nextTryAt ? `; next try ${utc(about.nextTryAt)}` : ''

/** Whether what is told has ended the reports for this time, or is being tried again. */
export const stateOf = (finding: Finding): string => {
  const { failed = [], tried = [] } = finding.about
  if (tried.length > 0) return `it is tried again by itself${nextTryIn(finding)}`
  return failed.length > 0 ? 'it was given up for this time, and the next sync asks again' : 'it is over'
}

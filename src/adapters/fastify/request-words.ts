import type { ClosedConnection, HeldConnection } from '../../domain/connection/connection.ts'
import type { HelpRequest } from '../../domain/help/help-request.ts'
import type { HelpState } from '../../domain/help/standing.ts'
import { formatMoment } from './formats.ts'
import type { Fact } from './page-models/requests.ts'

/** For staff. */
export const stateNames: Readonly<Record<HelpState, string>> = {
  open: 'Open',
  waiting: 'Waiting for customer',
  solved: 'Solved',
}

/** For the user. */
export const ownStateNames: Readonly<Record<HelpState, string>> = {
  open: 'With support',
  waiting: 'Answered',
  solved: 'Solved',
}

export const putNames: Readonly<Record<HelpState, string>> = {
  open: 'Reopen',
  waiting: 'Set to waiting for customer',
  solved: 'Mark as solved',
}

export const noneNames: Readonly<Record<HelpState, string>> = {
  open: 'No open requests',
  waiting: 'No requests waiting for a reply',
  solved: 'No solved requests',
}

/** `Open since 25 November 2026, 15:04 UTC` */
export function standsWords({ state, since }: HelpRequest['standing']): string {
  const verbs = { open: 'Open since', waiting: 'Waiting since', solved: 'Solved' } as const
  return `${verbs[state]} ${formatMoment(since)}`
}

const longestBeginning = 160

/** One line, enough to distinguish requests. */
export function beginningOf({ words }: HelpRequest): string {
  const letters = [...words.message.replace(/\s+/g, ' ')]
  return letters.length <= longestBeginning
    ? letters.join('')
    : `${letters.slice(0, longestBeginning).join('').trimEnd()}…`
}

export const circumstancesWords = ({ words, page, reference }: HelpRequest): readonly Fact[] => [
  { term: 'Amazon email', value: words.amazonEmail || 'Not given' },
  { term: 'Marketplace', value: words.marketplace || 'Not given' },
  { term: 'Sent from', value: page ?? 'Unknown' },
  { term: 'Reference shown', value: reference ?? 'None' },
]

export function connectionStatusWords(connection: HeldConnection | ClosedConnection): string {
  switch (connection.status) {
    case 'active':
      return `Connected since ${formatMoment(connection.connectedAt)}`
    case 'needs_authorisation':
      return `Needs authorisation since ${formatMoment(connection.since)}`
    case 'closed':
      return `${connection.reason === 'replaced' ? 'Replaced' : 'Disconnected'} on ${formatMoment(connection.closedAt)}, kept until ${formatMoment(connection.eraseAt)}`
  }
}

import type { ClosedConnection, LiveConnection } from '../../../../domain/connection/connection.ts'
import type { SupportRequestStatus } from '../../../../domain/help/status.ts'
import type { SupportRequest } from '../../../../domain/help/support-request.ts'
import { formatDateTime } from '../../kit/formats.ts'
import type { LabelledValue } from '../page-models/help.ts'

/** For staff. */
export const statusNames: Readonly<Record<SupportRequestStatus, string>> = {
  open: 'Open',
  waiting_on_customer: 'Waiting for customer',
  solved: 'Solved',
}

/** For the user. */
export const ownStatusNames: Readonly<Record<SupportRequestStatus, string>> = {
  open: 'With support',
  waiting_on_customer: 'Answered',
  solved: 'Solved',
}

export const statusActionNames: Readonly<Record<SupportRequestStatus, string>> = {
  open: 'Reopen',
  waiting_on_customer: 'Set to waiting for customer',
  solved: 'Mark as solved',
}

export const emptyInboxTexts: Readonly<Record<SupportRequestStatus, string>> = {
  open: 'No open requests',
  waiting_on_customer: 'No requests waiting for a reply',
  solved: 'No solved requests',
}

export function requestStatusText({ state, since }: SupportRequest['status']): string {
  const verbs = { open: 'Open since', waiting_on_customer: 'Waiting since', solved: 'Solved' } as const
  return `${verbs[state]} ${formatDateTime(since)}`
}

const maxExcerptLength = 160

export function excerptOf({ text }: SupportRequest): string {
  const characters = [...text.message.replace(/\s+/g, ' ')]
  return characters.length <= maxExcerptLength
    ? characters.join('')
    : `${characters.slice(0, maxExcerptLength).join('').trimEnd()}…`
}

export const requestFacts = ({ text, page, reference }: SupportRequest): readonly LabelledValue[] => [
  { term: 'Amazon email', value: text.amazonEmail || 'Not given' },
  { term: 'Marketplace', value: text.marketplace || 'Not given' },
  { term: 'Sent from', value: page ?? 'Unknown' },
  { term: 'Reference shown', value: reference ?? 'None' },
]

export function connectionStatusText(connection: LiveConnection | ClosedConnection): string {
  switch (connection.status) {
    case 'active':
      return `Connected since ${formatDateTime(connection.connectedAt)}`
    case 'needs_authorisation':
      return `Needs authorisation since ${formatDateTime(connection.since)}`
    case 'closed':
      return `${connection.reason === 'replaced' ? 'Replaced' : 'Disconnected'} on ${formatDateTime(connection.closedAt)}, kept until ${formatDateTime(connection.eraseAt)}`
  }
}

import { randomUUID } from 'node:crypto'
import { causeWords } from '../../admin/diagnosis/words.ts'
import { caseId, type ReadCase } from '../../admin/index.ts'
import {
  countedTo,
  type Inbox,
  type InboxOrder,
  type InboxPlace,
  inboxOrders,
  type OpenedRequest,
} from '../../application/help/index.ts'
import { isErased } from '../../domain/connection/connection.ts'
import { type HelpState, helpStates } from '../../domain/help/standing.ts'
import type { HelpRequestId } from '../../domain/identifiers.ts'
import { referenceOf } from '../../domain/timeline/reference.ts'
import { addressOf } from './address.ts'
import { ownerWords } from './console/case-words.ts'
import { formatCount, formatMoment } from './formats.ts'
import type { InboxPage, RemarkForm, RequestDiagnosis, RequestPage } from './page-models/requests.ts'
import type { StaffShell } from './page-models/staff.ts'
import {
  beginningOf,
  circumstancesWords,
  connectionStatusWords,
  noneNames,
  putNames,
  standsWords,
  stateNames,
} from './request-words.ts'
import { accountLabel } from './shell.ts'

export interface Looked {
  readonly state: HelpState
  readonly order: InboxOrder
  readonly after: InboxPlace | null
}

const path = '/admin/requests'
const orderNames: Readonly<Record<InboxOrder, string>> = {
  oldest: 'Oldest first',
  newest: 'Newest first',
}

/** Read by {@link cursorIn}. */
export const placePattern = '^\\d{1,14}\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
const placeAddress = ({ since, id }: InboxPlace): string => `${since.getTime()}.${id}`

export function placeIn(address: string): InboxPlace {
  const [since = '', id = ''] = address.split('.')
  return { since: new Date(Number(since)), id: id as HelpRequestId }
}

export function inboxPage(shell: StaffShell, { lines, next, counts }: Inbox, looked: Looked): InboxPage {
  const { state, order, after } = looked
  const here = { state, order: order === 'oldest' ? undefined : order }
  return {
    ...shell,
    section: 'requests',
    states: helpStates.map(each => ({
      label: stateNames[each],
      count: countWords(counts[each]),
      href: addressOf(path, { ...here, state: each }),
      isCurrent: each === state,
    })),
    orders: inboxOrders.map(each => ({
      label: orderNames[each],
      href: addressOf(path, { state, order: each }),
      isCurrent: each === order,
    })),
    lines: lines.map(({ request, name }) => ({
      id: request.id,
      reference: referenceOf(request.id),
      name,
      beginning: beginningOf(request),
      stands: standsWords(request.standing),
      marketplace: request.words.marketplace || null,
    })),
    none: noneNames[state],
    firstHref: after ? addressOf(path, here) : null,
    nextHref: next ? addressOf(path, { ...here, after: placeAddress(next) }) : null,
  }
}

const countWords = (count: number): string =>
  count < countedTo ? formatCount(count) : `${formatCount(countedTo - 1)}+`

/** For staff who no longer exist. */
const formerStaff = 'Former staff'

export function requestPage(
  shell: StaffShell,
  { request, person, connections, remarks, names }: OpenedRequest,
  {
    cases,
    ...typed
  }: {
    readonly cases: readonly ReadCase[]
    readonly answer?: Partial<RemarkForm>
    readonly note?: Partial<RemarkForm>
  },
): RequestPage {
  const { id, standing, words, connectionId, askedAt } = request
  const blank = (): RemarkForm => ({ formId: randomUUID(), words: '', problem: null })
  return {
    ...shell,
    section: 'requests',
    id,
    reference: referenceOf(id),
    standing: {
      state: standing.state,
      stateName: stateNames[standing.state],
      since: `since ${formatMoment(standing.since)}`,
      by: standing.by && (names.get(standing.by) ?? formerStaff),
    },
    puts: helpStates
      .filter(state => state !== standing.state)
      .map(state => ({ value: state, label: putNames[state] })),
    asker: { id: person.id, name: person.name, email: person.email, role: person.role },
    message: words.message,
    facts: [{ term: 'Sent', value: formatMoment(askedAt) }, ...circumstancesWords(request)],
    connections: connections.map(connection => ({
      account: accountLabel(connection.profile),
      status: connectionStatusWords(connection),
      reference: referenceOf(connection.id),
      isAsked: connection.id === connectionId,
    })),
    diagnoses: cases.map(requestDiagnosis),
    remarks: remarks.map(({ kind, writtenBy, writtenAt, words: written }) => ({
      what: kind === 'answer' ? 'Reply' : 'Note',
      isAnswer: kind === 'answer',
      writer: names.get(writtenBy) ?? formerStaff,
      when: formatMoment(writtenAt),
      words: written,
    })),
    answer: { ...blank(), ...typed.answer },
    note: { ...blank(), ...typed.note },
  }
}

const offered = 3

function requestDiagnosis({ key, connection, diagnosis }: ReadCase): RequestDiagnosis {
  const id = caseId(key)
  const [first] = diagnosis
  const { name, owner, sentence } = causeWords[first.cause]
  const { words, tone } = ownerWords[owner]
  return {
    href: `/admin/cases/${id}`,
    account:
      key.connectionId && connection && !isErased(connection) ? accountLabel(connection.profile) : null,
    cause: first.cause,
    label: name,
    sentence: sentence(first),
    owner: { name: words, tone: first.cause === 'all_well' ? 'success' : tone },
    answers: diagnosis.slice(0, offered).map(finding => ({
      id: `answer-${id}-${finding.cause}`,
      name: causeWords[finding.cause].name,
      words: causeWords[finding.cause].tellTheSeller(finding),
    })),
  }
}

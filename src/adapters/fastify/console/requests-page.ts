import { randomUUID } from 'node:crypto'
import { caseId } from '../../../admin/cases/case-key.ts'
import type { CaseState } from '../../../admin/cases/case-state.ts'
import { causeTexts } from '../../../admin/diagnosis/cause-texts.ts'
import type { SupportRequestDetails } from '../../../admin/requests/get-support-request.ts'
import { type Inbox, maxInboxCount } from '../../../admin/requests/list-support-requests.ts'
import { type InboxCursor, type InboxOrder, inboxOrders } from '../../../application/help/ports.ts'
import { isErased } from '../../../domain/connection/connection.ts'
import { type SupportRequestStatus, supportRequestStatuses } from '../../../domain/help/status.ts'
import type { SupportRequestId } from '../../../domain/identifiers.ts'
import { referenceOf } from '../../../domain/timeline/reference.ts'
import { formatCount, formatDateTime } from '../kit/formats.ts'
import { accountLabel } from '../kit/shell.ts'
import type { StaffShell } from '../kit/shell-model.ts'
import { urlWithQuery } from '../kit/url-query.ts'
import {
  connectionStatusText,
  emptyInboxTexts,
  excerptOf,
  requestFacts,
  requestStatusText,
  statusActionNames,
  statusNames,
} from '../seller/settings/request-texts.ts'
import { ownerText } from './cases/case-texts.ts'
import type { CommentForm, InboxPageModel, RequestDiagnosis, RequestPage } from './page-models/requests.ts'

export interface InboxQuery {
  readonly state: SupportRequestStatus
  readonly order: InboxOrder
  readonly after: InboxCursor | null
}

const path = '/admin/requests'
const orderNames: Readonly<Record<InboxOrder, string>> = {
  oldest: 'Oldest first',
  newest: 'Newest first',
}

/** Read by {@link parseCursor}. */
export const cursorPattern = '^\\d{1,14}\\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'
const formatCursor = ({ since, id }: InboxCursor): string => `${since.getTime()}.${id}`

export function parseCursor(cursor: string): InboxCursor {
  const [since = '', id = ''] = cursor.split('.')
  return { since: new Date(Number(since)), id: id as SupportRequestId }
}

export function inboxPageModel(
  shell: StaffShell,
  { requests, next, counts }: Inbox,
  query: InboxQuery,
): InboxPageModel {
  const { state, order, after } = query
  const currentQuery = { state, order: order === 'oldest' ? undefined : order }
  return {
    ...shell,
    section: 'requests',
    states: supportRequestStatuses.map(each => ({
      label: statusNames[each],
      count: countText(counts[each]),
      href: urlWithQuery(path, { ...currentQuery, state: each }),
      isCurrent: each === state,
    })),
    sortLinks: inboxOrders.map(each => ({
      label: orderNames[each],
      href: urlWithQuery(path, { state, order: each }),
      isCurrent: each === order,
    })),
    lines: requests.map(({ request, name }) => ({
      id: request.id,
      reference: referenceOf(request.id),
      name,
      excerpt: excerptOf(request),
      statusText: requestStatusText(request.status),
      marketplace: request.text.marketplace || null,
    })),
    none: emptyInboxTexts[state],
    firstHref: after ? urlWithQuery(path, currentQuery) : null,
    nextHref: next ? urlWithQuery(path, { ...currentQuery, after: formatCursor(next) }) : null,
  }
}

const countText = (count: number): string =>
  count < maxInboxCount ? formatCount(count) : `${formatCount(maxInboxCount - 1)}+`

const formerStaff = 'Former staff'

export function requestPage(
  shell: StaffShell,
  { request, user, connections, comments, names }: SupportRequestDetails,
  {
    cases,
    ...typed
  }: {
    readonly cases: readonly CaseState[]
    readonly answer?: Partial<CommentForm>
    readonly note?: Partial<CommentForm>
  },
): RequestPage {
  const { id, status, text, connectionId, requestedAt } = request
  const createBlankForm = (): CommentForm => ({ idempotencyKey: randomUUID(), text: '', problem: null })
  return {
    ...shell,
    section: 'requests',
    id,
    reference: referenceOf(id),
    status: {
      state: status.state,
      stateName: statusNames[status.state],
      since: `${status.state === 'solved' ? 'on' : 'since'} ${formatDateTime(status.since)}`,
      by: status.by && (names.get(status.by) ?? formerStaff),
    },
    statusActions: supportRequestStatuses
      .filter(state => state !== status.state)
      .map(state => ({ value: state, label: statusActionNames[state] })),
    requester: { id: user.id, name: user.name, email: user.email, role: user.role },
    message: text.message,
    facts: [{ term: 'Sent', value: formatDateTime(requestedAt) }, ...requestFacts(request)],
    connections: connections.map(connection => ({
      account: accountLabel(connection.profile),
      status: connectionStatusText(connection),
      reference: referenceOf(connection.id),
      isAsked: connection.id === connectionId,
    })),
    diagnoses: cases.map(requestDiagnosis),
    comments: comments.map(({ kind, authorId, commentedAt, text: body }) => ({
      what: kind === 'reply' ? 'Reply' : 'Note',
      isAnswer: kind === 'reply',
      author: names.get(authorId) ?? formerStaff,
      when: formatDateTime(commentedAt),
      text: body,
    })),
    answer: { ...createBlankForm(), ...typed.answer },
    note: { ...createBlankForm(), ...typed.note },
  }
}

const maxSuggestedReplies = 3

function requestDiagnosis({ key, connection, diagnosis }: CaseState): RequestDiagnosis {
  const id = caseId(key)
  const [first] = diagnosis
  const { name, owner, agentMessage } = causeTexts[first.cause]
  const { text, tone } = ownerText[owner]
  return {
    href: `/admin/cases/${id}`,
    account:
      key.connectionId && connection && !isErased(connection) ? accountLabel(connection.profile) : null,
    cause: first.cause,
    label: name,
    sentence: agentMessage(first),
    owner: { name: text, tone: first.cause === 'healthy' ? 'success' : tone },
    answers: diagnosis.slice(0, maxSuggestedReplies).map(finding => ({
      id: `answer-${id}-${finding.cause}`,
      name: causeTexts[finding.cause].name,
      text: causeTexts[finding.cause].sellerMessage(finding),
    })),
  }
}

import { defineEntity, type InferEntity, p } from '@mikro-orm/core'
import type { SupportRequestCommentKind } from '../../../domain/help/comment.ts'
import type { SupportRequestStatus } from '../../../domain/help/status.ts'

export const SupportRequestRow = defineEntity({
  name: 'SupportRequestRow',
  tableName: 'support_request',
  properties: {
    id: p.uuid().primary(),
    userId: p.uuid(),
    idempotencyKey: p.uuid(),
    requestedAt: p.datetime(),
    connectionId: p.uuid().nullable(),
    amazonEmail: p.text(),
    marketplace: p.text(),
    message: p.text(),
    page: p.text().nullable(),
    reference: p.text().nullable(),
    state: p.text().$type<SupportRequestStatus>(),
    since: p.datetime(),
    statusChangedBy: p.uuid().nullable(),
  },
})

export const SupportRequestCommentRow = defineEntity({
  name: 'SupportRequestCommentRow',
  tableName: 'support_request_comment',
  properties: {
    id: p.uuid().primary(),
    requestId: p.uuid(),
    idempotencyKey: p.uuid(),
    kind: p.text().$type<SupportRequestCommentKind>(),
    authorId: p.uuid(),
    commentedAt: p.datetime(),
    body: p.text(),
  },
})

export type SupportRequestColumns = InferEntity<typeof SupportRequestRow>
export type SupportRequestCommentColumns = InferEntity<typeof SupportRequestCommentRow>

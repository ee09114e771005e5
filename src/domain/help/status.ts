import type { UserId } from '../identifiers.ts'

/** S-30 */
export const supportRequestStatuses = ['open', 'waiting_on_customer', 'solved'] as const
export type SupportRequestStatus = (typeof supportRequestStatuses)[number]

export interface StatusChange {
  readonly state: SupportRequestStatus
  readonly since: Date
  /** Null when set by the submission. */
  readonly by: UserId | null
}

export const initialStatus = (requestedAt: Date): StatusChange => ({
  state: 'open',
  since: requestedAt,
  by: null,
})

export function changeStatus(
  status: StatusChange,
  state: SupportRequestStatus,
  by: UserId,
  now: Date,
): StatusChange | null {
  return status.state === state ? null : { state, since: now, by }
}

export const statusAfterReply = (by: UserId, now: Date): StatusChange => ({
  state: 'waiting_on_customer',
  since: now,
  by,
})

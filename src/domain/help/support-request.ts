import { hours } from '../calendar.ts'
import { DomainError } from '../domain-error.ts'
import type { ConnectionId, SupportRequestId, UserId } from '../identifiers.ts'
import { visibleLine, visibleText } from '../visible-text.ts'
import type { StatusChange } from './status.ts'

/** S-30 */
export interface SupportRequest {
  readonly id: SupportRequestId
  readonly userId: UserId
  readonly requestedAt: Date
  readonly connectionId: ConnectionId | null
  readonly text: SupportRequestContent
  /** A dashboard path; null if unknown. */
  readonly page: string | null
  readonly reference: string | null
  readonly status: StatusChange
}

export interface SupportRequestContent {
  /** Lines end in `\n`. */
  readonly message: string
  readonly amazonEmail: string
  readonly marketplace: string
}

export const maxContentLength: Readonly<Record<keyof SupportRequestContent, number>> = {
  message: 4000,
  amazonEmail: 320,
  marketplace: 100,
}

/** Enough for a user, too few to fill our table. */
export const supportRequestLimit = { count: 10, within: hours(1) }

export type ContentProblem = 'empty' | 'too_long'

export class InvalidSupportRequest extends DomainError {
  readonly code = 'invalid_support_request'
  readonly field: keyof SupportRequestContent
  readonly problem: ContentProblem

  constructor(field: keyof SupportRequestContent, problem: ContentProblem) {
    super(`${field}: ${problem}`)
    this.field = field
    this.problem = problem
  }
}

export class SupportRequestLimitReached extends DomainError {
  readonly code = 'support_request_limit_reached'
}

export class SupportRequestNotFound extends DomainError {
  readonly code = 'support_request_not_found'
}

/** @throws {InvalidSupportRequest} when empty or above {@link maxContentLength}. */
export function parseSupportRequest(input: SupportRequestContent): SupportRequestContent {
  const text = {
    message: visibleText(input.message),
    amazonEmail: visibleLine(input.amazonEmail),
    marketplace: visibleLine(input.marketplace),
  }
  if (text.message === '') throw new InvalidSupportRequest('message', 'empty')
  for (const field of ['message', 'amazonEmail', 'marketplace'] as const)
    if (text[field].length > maxContentLength[field]) throw new InvalidSupportRequest(field, 'too_long')
  return text
}

const maxPathLength = 200

/** Queries may contain names; other paths may contain secrets. */
export const isDashboardPath = (path: string): boolean =>
  path.length <= maxPathLength && /^\/dashboard(\/[\w.-]+)*\/?$/.test(path)

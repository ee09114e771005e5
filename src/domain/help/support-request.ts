import { hours } from '../calendar.ts'
import { DomainError } from '../domain-error.ts'
import type { ConnectionId, SupportRequestId, UserId } from '../identifiers.ts'
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
    message: sanitiseText(input.message.replace(/\r\n?/g, '\n')),
    amazonEmail: sanitiseText(input.amazonEmail.replace(/\s+/g, ' ')),
    marketplace: sanitiseText(input.marketplace.replace(/\s+/g, ' ')),
  }
  if (text.message === '') throw new InvalidSupportRequest('message', 'empty')
  for (const field of ['message', 'amazonEmail', 'marketplace'] as const)
    if (text[field].length > maxContentLength[field]) throw new InvalidSupportRequest(field, 'too_long')
  return text
}

/** Drops lone surrogates and control characters, except line breaks and tabs. */
export const sanitiseText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim()

const maxPathLength = 200

/** Queries may contain names; other paths may contain secrets. */
export const isDashboardPath = (path: string): boolean =>
  path.length <= maxPathLength && /^\/dashboard(\/[\w.-]+)*\/?$/.test(path)

import { DomainError } from '../domain-error.ts'
import type { SupportRequestCommentId, SupportRequestId, UserId } from '../identifiers.ts'
import { visibleText } from '../visible-text.ts'
import type { ContentProblem } from './support-request.ts'

/** A `reply` is sent to the user (S-30). */
export interface SupportRequestComment {
  readonly id: SupportRequestCommentId
  readonly requestId: SupportRequestId
  readonly kind: SupportRequestCommentKind
  readonly authorId: UserId
  readonly commentedAt: Date
  readonly text: string
}

export type SupportRequestCommentKind = 'internal_note' | 'reply'

export const maxCommentLength = 4000

export class InvalidComment extends DomainError {
  readonly code = 'invalid_comment'
  readonly problem: ContentProblem

  constructor(problem: ContentProblem) {
    super(`invalid comment: ${problem}`)
    this.problem = problem
  }
}

/** @throws {InvalidComment} when empty or above {@link maxCommentLength}. */
export function parseComment(input: string): string {
  const text = visibleText(input)
  if (text === '') throw new InvalidComment('empty')
  if (text.length > maxCommentLength) throw new InvalidComment('too_long')
  return text
}

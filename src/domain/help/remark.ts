import type { HelpRemarkId, HelpRequestId, PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import { cleaned, type HelpFault } from './help-request.ts'

/** A `reply` is sent to the user (S-30). */
export interface HelpRemark {
  readonly id: HelpRemarkId
  readonly requestId: HelpRequestId
  readonly kind: HelpRemarkKind
  readonly writtenBy: PersonId
  readonly writtenAt: Date
  /** Lines end in `\n`. */
  readonly words: string
}

export type HelpRemarkKind = 'note' | 'answer'

export const longestRemark = 4000

export class RemarkRefused extends Refusal {
  readonly code = 'remark_refused'
  readonly fault: HelpFault

  constructor(fault: HelpFault) {
    super(`the remark: ${fault}`)
    this.fault = fault
  }
}

/** Trims and sanitises the text. @throws {InvalidComment} when empty or above {@link maxCommentLength}. */
export function demandRemark(typed: string): string {
  const words = cleaned(typed.replace(/\r\n?/g, '\n'))
  if (words === '') throw new RemarkRefused('nothing_said')
  if (words.length > longestRemark) throw new RemarkRefused('too_long')
  return words
}

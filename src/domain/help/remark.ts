import type { HelpRemarkId, HelpRequestId, PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import { cleaned, type HelpFault } from './help-request.ts'

/** What one of the staff wrote about a request: a note for the others, or an answer that was sent to who asked (S-30). */
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

/** The words cannot be taken as they are; nothing was kept, and nothing sent. */
export class RemarkRefused extends Refusal {
  readonly code = 'remark_refused'
  readonly fault: HelpFault

  constructor(fault: HelpFault) {
    super(`the remark: ${fault}`)
    this.fault = fault
  }
}

/**
 * The words as they are kept, cleaned as those of a request are.
 * @throws {RemarkRefused} for none, and for more than {@link longestRemark} characters.
 */
export function demandRemark(typed: string): string {
  const words = cleaned(typed.replace(/\r\n?/g, '\n'))
  if (words === '') throw new RemarkRefused('nothing_said')
  if (words.length > longestRemark) throw new RemarkRefused('too_long')
  return words
}

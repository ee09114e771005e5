import { hours } from '../calendar.ts'
import type { ConnectionId, HelpRequestId, PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import type { HelpStanding } from './standing.ts'

/** S-30 */
export interface HelpRequest {
  readonly id: HelpRequestId
  readonly personId: PersonId
  readonly askedAt: Date
  readonly connectionId: ConnectionId | null
  readonly words: HelpWords
  /** A dashboard path; null if unknown. */
  readonly page: string | null
  readonly reference: string | null
  readonly standing: HelpStanding
}

/** All free text; the Amazon email and marketplace may be empty. */
export interface HelpWords {
  /** Lines end in `\n`. */
  readonly message: string
  readonly amazonEmail: string
  readonly marketplace: string
}

export const longestHelpWords: Readonly<Record<keyof HelpWords, number>> = {
  message: 4000,
  amazonEmail: 320,
  marketplace: 100,
}

/** Enough for a user, too few for a program to fill our table. */
export const helpAllowed = { count: 10, within: hours(1) }

export type HelpFault = 'nothing_said' | 'too_long'

export class HelpWordsRefused extends Refusal {
  readonly code = 'help_words_refused'
  readonly field: keyof HelpWords
  readonly fault: HelpFault

  constructor(field: keyof HelpWords, fault: HelpFault) {
    super(`${field}: ${fault}`)
    this.field = field
    this.fault = fault
  }
}

export class HelpAskedTooOften extends Refusal {
  readonly code = 'help_asked_too_often'
}

export class HelpRequestUnknown extends Refusal {
  readonly code = 'help_request_unknown'
}

/** Trims and sanitises the text. @throws {InvalidSupportRequest} when empty or above {@link maxContentLength}. */
export function demandHelpWords(typed: HelpWords): HelpWords {
  const words = {
    message: cleaned(typed.message.replace(/\r\n?/g, '\n')),
    amazonEmail: cleaned(typed.amazonEmail.replace(/\s+/g, ' ')),
    marketplace: cleaned(typed.marketplace.replace(/\s+/g, ' ')),
  }
  if (words.message === '') throw new HelpWordsRefused('message', 'nothing_said')
  for (const field of ['message', 'amazonEmail', 'marketplace'] as const)
    if (words[field].length > longestHelpWords[field]) throw new HelpWordsRefused(field, 'too_long')
  return words
}

/** Drops lone surrogates, and control characters except line breaks and tabs. */
export const cleaned = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim()

const longestPath = 200

/** True for a dashboard path without a query: queries may contain names, other paths secrets. */
export const isDashboardPath = (path: string): boolean =>
  path.length <= longestPath && /^\/dashboard(\/[\w.-]+)*\/?$/.test(path)

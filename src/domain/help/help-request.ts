import { hours } from '../calendar.ts'
import type { ConnectionId, HelpRequestId, PersonId } from '../identifiers.ts'
import { Refusal } from '../refusal.ts'
import type { HelpStanding } from './standing.ts'

/** What a person asked support, and what they were looking at (S-30). */
export interface HelpRequest {
  readonly id: HelpRequestId
  readonly personId: PersonId
  readonly askedAt: Date
  /** The account that it is about; null for none. */
  readonly connectionId: ConnectionId | null
  readonly words: HelpWords
  /** The page that it was sent from: a path of the dashboard; null where that is not known. */
  readonly page: string | null
  /** What that page told them to quote. */
  readonly reference: string | null
  readonly standing: HelpStanding
}

/** What the person wrote. The Amazon e-mail and the marketplace may be blank, and are whatever they call them. */
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

/** Enough for somebody in trouble, too few for a program that fills our table. */
export const helpAllowed = { count: 10, within: hours(1) }

export type HelpFault = 'nothing_said' | 'too_long'

/** The words cannot be taken as they are; nothing was sent. */
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

/** The console was asked for a request that nobody asked, or that was erased. */
export class HelpRequestUnknown extends Refusal {
  readonly code = 'help_request_unknown'
}

/**
 * The words as they are kept: without what no reader sees, and without blanks around them.
 * @throws {HelpWordsRefused} for an empty message, and for what is longer than {@link longestHelpWords}.
 */
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

/** Without half letters and control characters, but for line breaks and tabs. */
export const cleaned = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim()

const longestPath = 200

/** A page of the dashboard, by its path alone: what follows it may name things, and a path elsewhere may be a secret. */
export const isDashboardPath = (path: string): boolean =>
  path.length <= longestPath && /^\/dashboard(\/[\w.-]+)*\/?$/.test(path)

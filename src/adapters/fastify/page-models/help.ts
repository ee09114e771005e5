import type { StateTag } from './requests.ts'
import type { HelpForm, Shell } from './shell.ts'

/** `/dashboard/help/connecting` and its like; each has a view of its own. */
export const helpTopics = ['connecting', 'waiting', 'one-account', 'troubleshooting'] as const
export type HelpTopic = (typeof helpTopics)[number]

export interface HelpArticlePage extends Shell {
  readonly section: 'help'
  readonly topic: HelpTopic
}

/** `/dashboard/help`: the widget's form as a page of its own, which stands in the widget's place. */
export interface HelpPage extends Shell {
  readonly section: 'help'
  readonly help: null
  /** Null once a request was sent. */
  readonly form: HelpForm | null
  readonly message: string
  /** What the page before told to quote. */
  readonly reference: string | null
  /** The field is null where none is wrong. */
  readonly problem: { readonly field: string | null; readonly sentence: string } | null
  /** Then the way that is left is a mail. */
  readonly isTooOften: boolean
  /** The newest first. */
  readonly requests: readonly OwnRequestLine[]
}

/** What its reader has asked, and what support answered. */
export interface OwnRequestLine extends StateTag {
  readonly reference: string
  readonly when: string
  readonly message: string
  /** In the order of writing. */
  readonly answers: readonly { readonly when: string; readonly words: string }[]
}

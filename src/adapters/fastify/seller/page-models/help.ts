import type { HelpForm, Shell } from '../../kit/shell-model.ts'

export const helpTopics = ['connecting', 'waiting', 'one-account', 'troubleshooting'] as const
export type HelpTopic = (typeof helpTopics)[number]

export interface HelpArticlePage extends Shell {
  readonly section: 'help'
  readonly topic: HelpTopic
}

export interface HelpPage extends Shell {
  readonly section: 'help'
  readonly help: null
  /** Null once a request was sent. */
  readonly form: HelpForm | null
  readonly message: string
  /** From the previous page. */
  readonly reference: string | null
  /** `field` is null when no one field is wrong. */
  readonly problem: { readonly field: string | null; readonly sentence: string } | null
  readonly isLimitReached: boolean
  /** Newest first. */
  readonly requests: readonly OwnRequestItem[]
}

export interface OwnRequestItem extends StateTag {
  readonly reference: string
  readonly when: string
  readonly message: string
  /** Oldest first. */
  readonly answers: readonly { readonly when: string; readonly text: string }[]
}

export interface StateTag {
  readonly state: string
  readonly stateName: string
}

/** May hold text that the user typed. */
export interface LabelledValue {
  readonly term: string
  readonly value: string
}

import type { AccountLabel, StaffShell } from '../../kit/shell-model.ts'
import type { LabelledValue, StateTag } from '../../seller/page-models/help.ts'
import type { Pill } from './console.ts'

interface FilterLink {
  readonly label: string
  readonly href: string
  readonly isCurrent: boolean
}

/** Shows no email address. */
export interface InboxItem {
  readonly id: string
  readonly reference: string
  readonly name: string
  readonly excerpt: string
  readonly statusText: string
  /** Null when blank. */
  readonly marketplace: string | null
}

export interface InboxPageModel extends StaffShell {
  readonly section: 'requests'
  readonly states: readonly (FilterLink & { readonly count: string })[]
  readonly sortLinks: readonly FilterLink[]
  readonly lines: readonly InboxItem[]
  readonly none: string
  readonly firstHref: string | null
  readonly nextHref: string | null
}

export interface CommentLine {
  readonly what: 'Reply' | 'Note'
  readonly isAnswer: boolean
  readonly author: string
  readonly when: string
  readonly text: string
}

export interface RequestPage extends StaffShell {
  readonly section: 'requests'
  readonly id: string
  readonly reference: string
  readonly status: StateTag & {
    readonly since: string
    /** Null for the initial status. */
    readonly by: string | null
  }
  readonly statusActions: readonly { readonly value: string; readonly label: string }[]
  readonly requester: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly role: string
  }
  readonly message: string
  readonly facts: readonly LabelledValue[]
  readonly connections: readonly {
    readonly account: AccountLabel
    readonly status: string
    readonly reference: string
    readonly isAsked: boolean
  }[]
  /** The case in question first. */
  readonly diagnoses: readonly RequestDiagnosis[]
  /** Oldest first. */
  readonly comments: readonly CommentLine[]
  readonly answer: CommentForm
  readonly note: CommentForm
}

/** S-42. */
export interface RequestDiagnosis {
  readonly href: string
  /** Null for a case without a connection. */
  readonly account: AccountLabel | null
  readonly cause: string
  readonly label: string
  readonly sentence: string
  readonly owner: Pill
  readonly answers: readonly { readonly id: string; readonly name: string; readonly text: string }[]
}

export interface CommentForm {
  readonly idempotencyKey: string
  readonly text: string
  readonly problem: string | null
}

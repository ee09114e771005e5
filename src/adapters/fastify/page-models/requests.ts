import type { Pill } from './console.ts'
import type { AccountLabel } from './shell.ts'
import type { StaffShell } from './staff.ts'

interface Way {
  readonly label: string
  readonly href: string
  readonly isCurrent: boolean
}

export interface StateTag {
  readonly state: string
  readonly stateName: string
}

/** Shows no email address. */
export interface InboxLine {
  readonly id: string
  readonly reference: string
  readonly name: string
  readonly beginning: string
  /** `Waits since 25 November 2026, 15:04 UTC` */
  readonly stands: string
  /** Null when blank. */
  readonly marketplace: string | null
}

export interface InboxPage extends StaffShell {
  readonly section: 'requests'
  readonly states: readonly (Way & { readonly count: string })[]
  readonly orders: readonly Way[]
  readonly lines: readonly InboxLine[]
  readonly none: string
  readonly firstHref: string | null
  readonly nextHref: string | null
}

/** May hold text that the user typed. */
export interface Fact {
  readonly term: string
  readonly value: string
}

export interface RemarkLine {
  readonly what: 'Answer' | 'Note'
  readonly isAnswer: boolean
  readonly writer: string
  readonly when: string
  readonly words: string
}

export interface RequestPage extends StaffShell {
  readonly section: 'requests'
  readonly id: string
  readonly reference: string
  readonly standing: StateTag & {
    readonly since: string
    /** Null for the initial status. */
    readonly by: string | null
  }
  readonly puts: readonly { readonly value: string; readonly label: string }[]
  readonly asker: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly role: string
  }
  readonly message: string
  readonly facts: readonly Fact[]
  readonly connections: readonly {
    readonly account: AccountLabel
    readonly status: string
    readonly reference: string
    /** The request was sent from it. */
    readonly isAsked: boolean
  }[]
  /** The case in question first. */
  readonly diagnoses: readonly RequestDiagnosis[]
  /** Oldest first. */
  readonly remarks: readonly RemarkLine[]
  readonly answer: RemarkForm
  readonly note: RemarkForm
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
  readonly answers: readonly { readonly id: string; readonly name: string; readonly words: string }[]
}

export interface RemarkForm {
  /** Idempotency key. */
  readonly formId: string
  readonly words: string
  readonly problem: string | null
}

import type { Pill } from './console.ts'
import type { AccountLabel } from './shell.ts'
import type { StaffShell } from './staff.ts'

/** A link that is one of several ways to look at the same. */
interface Way {
  readonly label: string
  readonly href: string
  readonly isCurrent: boolean
}

/** Where a request stands: `open`, `waiting`, `solved`, and how the reader calls it. */
export interface StateTag {
  readonly state: string
  readonly stateName: string
}

/** A request in the inbox: whose it is and how it begins, and no address. */
export interface InboxLine {
  readonly id: string
  readonly reference: string
  readonly name: string
  readonly beginning: string
  /** `Waits since 25 November 2026, 15:04 UTC` */
  readonly stands: string
  /** As they call it; null where they said none. */
  readonly marketplace: string | null
}

/** `/admin/requests` */
export interface InboxPage extends StaffShell {
  readonly section: 'requests'
  readonly states: readonly (Way & { readonly count: string })[]
  readonly orders: readonly Way[]
  readonly lines: readonly InboxLine[]
  /** What is said where there are none. */
  readonly none: string
  /** Null on the first page. */
  readonly firstHref: string | null
  /** Null on the last page. */
  readonly nextHref: string | null
}

/** Something that is known of a request; what people typed, too. */
export interface Fact {
  readonly term: string
  readonly value: string
}

export interface RemarkLine {
  /** `Answer by Sol Support` without the name, which stands by itself. */
  readonly what: 'Answer' | 'Note'
  readonly isAnswer: boolean
  readonly writer: string
  readonly when: string
  readonly words: string
}

/** `/admin/requests/:id` */
export interface RequestPage extends StaffShell {
  readonly section: 'requests'
  readonly id: string
  readonly reference: string
  readonly standing: StateTag & {
    /** `since 25 November 2026, 15:04 UTC` */
    readonly since: string
    /** Who of the staff put it there; null while it stands as it was asked. */
    readonly by: string | null
  }
  /** Into which it can be put. */
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
    /** Whether the request was sent from it. */
    readonly isAsked: boolean
  }[]
  /** What is the matter with what they ask about, first; then with whatever else they have. */
  readonly diagnoses: readonly RequestDiagnosis[]
  /** In the order of writing. */
  readonly remarks: readonly RemarkLine[]
  readonly answer: RemarkForm
  readonly note: RemarkForm
}

/** What the console says of one case of the person's (S-42). */
export interface RequestDiagnosis {
  readonly href: string
  /** Null for the person without an account. */
  readonly account: AccountLabel | null
  readonly cause: string
  readonly label: string
  readonly sentence: string
  readonly owner: Pill
  /** What fits to be answered, to be sent as it stands. */
  readonly answers: readonly { readonly id: string; readonly name: string; readonly words: string }[]
}

/** A field to write in, and what is wrong with what was sent. */
export interface RemarkForm {
  /** Sent twice, it is taken once. */
  readonly formId: string
  readonly words: string
  readonly problem: string | null
}

import type { AccountLabel, Notice } from './shell.ts'
import type { StaffShell } from './staff.ts'

export interface Choices {
  readonly name: string
  readonly label: string
  readonly options: readonly { readonly value: string; readonly label: string; readonly isChosen: boolean }[]
}

/** A word with a colour that says how bad it is. */
export interface Pill {
  readonly name: string
  readonly tone: Notice['tone']
}

export interface CaseLine {
  readonly href: string
  readonly person: { readonly name: string; readonly email: string }
  readonly amazonEmail: string | null
  readonly account: AccountLabel | null
  readonly stage: string
  readonly health: Pill
  readonly cause: string
  readonly lastLoaded: string
  readonly active: string
}

/** `/admin/cases` (S-40) */
export interface CasesPage extends StaffShell {
  readonly section: 'cases'
  readonly q: string
  readonly filters: readonly Choices[]
  readonly isNarrowed: boolean
  readonly cases: readonly CaseLine[]
  readonly nextHref: string | null
}

export interface EvidenceLine {
  readonly when: string
  readonly iso: string
  readonly sentence: string
  /** To the entry that tells it. */
  readonly href: string | null
}

/** Something that helps, by the name of its tool. */
export interface ToolLink {
  readonly label: string
  /** Null where it is an admin's, and the reader is none: they are told whom to ask. */
  readonly href: string | null
}

/** One cause, as the case's page tells it (S-42). */
export interface DiagnosisCard {
  /** The cause's own name, for whoever reads the page with a program. */
  readonly cause: string
  readonly name: string
  readonly sentence: string
  /** `Amazon’s to mend` */
  readonly owner: string
  readonly tone: Notice['tone']
  readonly confidence: string
  readonly since: string | null
  readonly possibilities: readonly string[]
  readonly evidence: readonly EvidenceLine[]
  readonly tell: string
  /** What helps, the likeliest first. */
  readonly can: readonly ToolLink[]
}

export interface StoryLine {
  readonly id: string
  readonly iso: string
  /** `26 Nov 2026, 04:12:07`, UTC. */
  readonly utc: string
  /** The same on the seller's clock; null where no zone is known. */
  readonly there: string | null
  /** `+2.1 s` after the entry before. */
  readonly gap: string | null
  readonly level: 'info' | 'warning' | 'error'
  readonly isError: boolean
  readonly isWarning: boolean
  readonly sentence: string
  /** What the seller's page said then; null where no page spoke of it. */
  readonly saw: string | null
  readonly ids: readonly { readonly term: string; readonly value: string; readonly href: string | null }[]
}

/** Something that can be done to a case now (S-43). */
export interface ActionForm {
  readonly name: string
  readonly label: string
  /** What will happen. */
  readonly effect: string
  readonly button: string
  readonly isGrave: boolean
  readonly reason: string
  readonly days: {
    readonly from: string
    readonly to: string
    readonly least: string
    readonly most: string
  } | null
  /** Why it was not done; the form is open then. */
  readonly problem: { readonly field: 'reason' | 'days' | 'form'; readonly sentence: string } | null
}

/** `/admin/cases/:id` (S-41 to S-43) */
export interface CasePage extends StaffShell {
  readonly section: 'cases'
  readonly id: string
  readonly about: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly role: string
  }
  readonly account: AccountLabel | null
  readonly health: Pill
  readonly stage: string
  readonly first: DiagnosisCard
  readonly others: readonly DiagnosisCard[]
  readonly facts: readonly { readonly term: string; readonly value: string }[]
  readonly otherCases: readonly { readonly href: string; readonly label: string }[]
  readonly actions: readonly ActionForm[]
  readonly zone: string | null
  readonly filters: readonly Choices[]
  readonly isNarrowed: boolean
  readonly story: readonly StoryLine[]
  readonly olderHref: string | null
}

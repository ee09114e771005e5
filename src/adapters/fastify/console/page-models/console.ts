import type { AccountLabel, Notice, StaffShell, VerificationPrompt } from '../../kit/shell-model.ts'

export interface Choices {
  readonly name: string
  readonly label: string
  readonly options: readonly { readonly value: string; readonly label: string; readonly isChosen: boolean }[]
}

export interface Pill {
  readonly name: string
  readonly tone: Notice['tone']
}

export interface CaseRow {
  readonly href: string
  readonly user: { readonly name: string; readonly email: string }
  readonly amazonEmail: string | null
  readonly account: AccountLabel | null
  readonly stage: string
  readonly health: Pill
  readonly cause: string
  readonly lastLoaded: string
  readonly active: string
}

/** S-40. */
export interface CasesPage extends StaffShell {
  readonly section: 'cases'
  readonly q: string
  readonly filters: readonly Choices[]
  readonly isNarrowed: boolean
  readonly cases: readonly CaseRow[]
  readonly nextHref: string | null
}

export interface EvidenceItem {
  readonly when: string
  readonly iso: string
  readonly sentence: string
  readonly href: string | null
}

export interface ToolLink {
  readonly label: string
  /** Null when only an admin may act. */
  readonly href: string | null
}

/** S-42. */
export interface DiagnosisCard {
  readonly cause: string
  readonly name: string
  readonly sentence: string
  readonly owner: string
  readonly tone: Notice['tone']
  readonly confidence: string
  readonly since: string | null
  readonly possibilities: readonly string[]
  readonly evidence: readonly EvidenceItem[]
  readonly sellerMessage: string
  /** Most likely first. */
  readonly can: readonly ToolLink[]
}

export interface TimelineEntryView {
  readonly id: string
  readonly iso: string
  readonly utc: string
  /** Seller's time zone; null when unknown. */
  readonly there: string | null
  /** `+2.1 s` */
  readonly gap: string | null
  readonly level: 'info' | 'warning' | 'error'
  readonly isError: boolean
  readonly isWarning: boolean
  readonly sentence: string
  /** Null when no page mentioned it. */
  readonly sellerText: string | null
  readonly ids: readonly { readonly term: string; readonly value: string; readonly href: string | null }[]
}

/** S-43. */
export interface ActionForm {
  readonly name: string
  readonly label: string
  readonly effect: string
  readonly button: string
  readonly isDestructive: boolean
  readonly reason: string
  readonly days: {
    readonly from: string
    readonly to: string
    readonly min: string
    readonly max: string
  } | null
  readonly problem: { readonly field: 'reason' | 'days' | 'code' | 'form'; readonly sentence: string } | null
  /** Null when the action needs none, or the last one is fresh. */
  readonly verification: VerificationPrompt | null
  readonly isCodeWrong: boolean
  /** Element ids. */
  readonly problemId: string
  readonly codeId: string
}

/** S-41 to S-43. */
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
  readonly timeline: readonly TimelineEntryView[]
  readonly olderHref: string | null
}

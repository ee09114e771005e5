import type { AccountSection, StaffShell, VerificationPrompt } from '../../kit/shell-model.ts'
import type { LabelledValue, StateTag } from '../../seller/page-models/help.ts'

export interface FindUserPage extends StaffShell {
  readonly section: 'people'
  readonly email: string
  readonly problem: string | null
  /** Null for a support agent. */
  readonly staffMembers: readonly StaffMemberRow[] | null
}

interface StaffMemberRow {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: string
  readonly hasSecondFactor: boolean
}

export interface InviteUserPage extends StaffShell {
  readonly section: 'people'
  readonly name: string
  readonly email: string
  readonly roles: readonly { readonly name: string; readonly isChosen: boolean }[]
  readonly reason: string
  readonly problem: { readonly field: 'name' | 'email' | 'reason' | 'code'; readonly sentence: string } | null
  readonly isCodeWrong: boolean
  /** Null while the agent's last verification is fresh. */
  readonly verification: VerificationPrompt | null
}

export interface AuthoriseAgainPage extends StaffShell {
  readonly section: 'overview'
  readonly count: number
  /** More than one request can ask. */
  readonly isMore: boolean
  readonly reason: string
  readonly problem: { readonly field: 'reason' | 'code'; readonly sentence: string } | null
  readonly isCodeWrong: boolean
  /** Null while the admin's last verification is fresh. */
  readonly verification: VerificationPrompt | null
}

/** S-30. */
export interface UserRequestItem extends StateTag {
  readonly id: string
  readonly reference: string
  readonly when: string
  readonly message: string
  readonly facts: readonly LabelledValue[]
}

export interface UserForm {
  readonly reason: string
  readonly problem: string | null
  readonly isReasonWrong: boolean
  readonly isCodeWrong: boolean
}

export interface UserPage extends StaffShell {
  readonly section: 'people'
  readonly about: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly role: string
  }
  readonly planText: string
  /** Admins only (S-43). */
  readonly canChange: boolean
  /** S-44. */
  readonly canViewAs: boolean
  readonly plans: readonly { readonly name: string; readonly label: string; readonly isChosen: boolean }[]
  readonly until: string
  readonly reason: string
  /** Sent back, so that no one changes a plan they haven't seen. */
  readonly shown: { readonly plan: string; readonly endsAt: string }
  readonly problem: { readonly field: 'until' | 'reason' | 'code'; readonly sentence: string } | null
  readonly isPlanCodeWrong: boolean
  /** Null for a support agent. */
  readonly role:
    | (UserForm & { readonly roles: readonly { readonly name: string; readonly isChosen: boolean }[] })
    | null
  /** Null for a support agent. */
  readonly signOut: (UserForm & { readonly isOwn: boolean }) | null
  /** For an admin, about other users. */
  readonly secondFactor: UserForm | null
  /** For an admin, about staff without a second factor. */
  readonly enrolment: UserForm | null
  /** For an admin, about other users. */
  readonly access: (UserForm & { readonly isDisabled: boolean }) | null
  /** Null while the agent's last verification is fresh. */
  readonly verification: VerificationPrompt | null
  readonly disabledSince: string | null
  /** Null without a dashboard. */
  readonly connectLink: UserForm | null
  /** Newest first. */
  readonly supportRequests: readonly UserRequestItem[]
}

/** S-44. */
export interface BeginViewAsPage extends StaffShell {
  readonly about: { readonly id: string; readonly name: string; readonly email: string }
  readonly reason: string
  readonly problem: { readonly field: 'reason' | 'code'; readonly sentence: string } | null
  readonly isCodeWrong: boolean
  readonly verification: VerificationPrompt
}

interface AuditFact {
  readonly name: string
  readonly value: string
}

export interface AuditRow {
  readonly id: string
  readonly when: string
  readonly staff: { readonly id: string; readonly name: string }
  /** `changed the plan` */
  readonly action: string
  readonly user: { readonly id: string; readonly name: string } | null
  readonly connectionId: string | null
  readonly reason: string
  readonly before: readonly AuditFact[] | null
  readonly after: readonly AuditFact[] | null
  /** Null for automatic actions. */
  readonly from: string | null
  readonly requestId: string | null
}

export interface AuditPage extends StaffShell {
  readonly section: 'audit'
  /** Newest first. */
  readonly lines: readonly AuditRow[]
  /** Names; null for everyone. */
  readonly filtered: { readonly staff: string | null; readonly user: string | null }
  readonly firstHref: string | null
  readonly nextHref: string | null
}

export interface EnrolPage extends StaffShell {
  readonly path: string
  readonly problem: string | null
}

export interface StaffAccountPage extends StaffShell {
  readonly section: 'account'
  readonly account: AccountSection
}

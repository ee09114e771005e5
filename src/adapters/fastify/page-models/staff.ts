import type { Fact, StateTag } from './requests.ts'
import type { Shell } from './shell.ts'

/** Around the console's pages, and the staff's sign-in, where nobody is known yet. */
export interface StaffShell extends Shell {
  readonly staff: { readonly name: string; readonly email: string } | null
}

/** `/admin/people` */
export interface FindPersonPage extends StaffShell {
  readonly section: 'people'
  readonly email: string
  readonly problem: string | null
}

/** What a person asked support (S-30), as they wrote it. */
export interface AskedLine extends StateTag {
  readonly id: string
  /** What was told them to quote. */
  readonly reference: string
  readonly when: string
  readonly message: string
  readonly facts: readonly Fact[]
}

/** `/admin/people/:id` */
export interface PersonPage extends StaffShell {
  readonly section: 'people'
  readonly about: {
    readonly id: string
    readonly name: string
    readonly email: string
    readonly role: string
  }
  /** `Annual until 31 January 2027, 00:00 UTC` */
  readonly pays: string
  /** S-43: an admin's form, which a support agent is not shown. */
  readonly mayChange: boolean
  readonly plans: readonly { readonly name: string; readonly label: string; readonly isChosen: boolean }[]
  readonly until: string
  readonly reason: string
  /** Sent with the form, so that nobody changes a plan that they have not seen. */
  readonly shown: { readonly plan: string; readonly endsAt: string }
  readonly problem: { readonly field: 'until' | 'reason'; readonly sentence: string } | null
  /** The newest first. */
  readonly asked: readonly AskedLine[]
}

export interface StaffCodePage extends StaffShell {
  readonly next: string
  readonly problem: string | null
}

/** The secret that an authenticator app is to know, in groups of four, as an address, and as a picture of it. */
export interface EnrolPage extends StaffCodePage {
  readonly groups: readonly string[]
  readonly address: string
  readonly qr: { readonly path: string; readonly size: number }
}

export interface RecoveryCodesPage extends StaffShell {
  readonly codes: readonly string[]
  readonly next: string
}

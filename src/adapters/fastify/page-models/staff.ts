import type { Fact, StateTag } from './requests.ts'
import type { Shell } from './shell.ts'

/** Around the console's pages, and the staff's sign-in, where nobody is known yet. */
export interface StaffShell extends Shell {
  readonly staff: { readonly name: string; readonly email: string; readonly administers: boolean } | null
}

/** `/admin/people` */
export interface FindPersonPage extends StaffShell {
  readonly section: 'people'
  readonly email: string
  readonly problem: string | null
  /** Who enters the console, for an admin; null for a support agent. */
  readonly colleagues: readonly ColleagueLine[] | null
}

interface ColleagueLine {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly role: string
  readonly hasSecondFactor: boolean
}

/** `/admin/people/new` */
export interface InvitePersonPage extends StaffShell {
  readonly section: 'people'
  readonly name: string
  readonly email: string
  readonly roles: readonly { readonly name: string; readonly isChosen: boolean }[]
  readonly reason: string
  readonly problem: { readonly field: 'name' | 'email' | 'reason'; readonly sentence: string } | null
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

/** A form of somebody's page that asks for no more than the reason, and why it was not taken. */
export interface PersonForm {
  readonly reason: string
  readonly problem: string | null
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
  /** S-44: whether these pages can be looked at as their person sees them. */
  readonly mayView: boolean
  readonly plans: readonly { readonly name: string; readonly label: string; readonly isChosen: boolean }[]
  readonly until: string
  readonly reason: string
  /** Sent with the form, so that nobody changes a plan that they have not seen. */
  readonly shown: { readonly plan: string; readonly endsAt: string }
  readonly problem: { readonly field: 'until' | 'reason'; readonly sentence: string } | null
  /** Null for a support agent. */
  readonly role:
    | (PersonForm & { readonly roles: readonly { readonly name: string; readonly isChosen: boolean }[] })
    | null
  /** Null for a support agent. */
  readonly signOut: (PersonForm & { readonly isOwn: boolean }) | null
  /** For an admin, about others of the staff. */
  readonly secondFactor: PersonForm | null
  /** Null for who has nothing to connect. */
  readonly connectLink: PersonForm | null
  /** The newest first. */
  readonly asked: readonly AskedLine[]
}

/** `/admin/people/:id/view`: the reason, and a code again (S-44). */
export interface BeginViewingPage extends StaffShell {
  readonly about: { readonly id: string; readonly name: string; readonly email: string }
  readonly reason: string
  readonly problem: { readonly field: 'reason' | 'code'; readonly sentence: string } | null
}

interface AuditFact {
  readonly name: string
  readonly value: string
}

/** One line of `/admin/audit`. */
export interface AuditLine {
  readonly id: string
  readonly when: string
  readonly staff: { readonly id: string; readonly name: string }
  /** `changed the plan` */
  readonly deed: string
  readonly person: { readonly id: string; readonly name: string } | null
  readonly connectionId: string | null
  readonly reason: string
  readonly before: readonly AuditFact[] | null
  readonly after: readonly AuditFact[] | null
  /** `Firefox on Windows, 192.0.2.7`; null for what came about by itself. */
  readonly from: string | null
  readonly requestId: string | null
}

export interface AuditPage extends StaffShell {
  readonly section: 'audit'
  /** The last written first. */
  readonly lines: readonly AuditLine[]
  /** By whom, and about whom alone; null for everybody. */
  readonly filtered: { readonly staff: string | null; readonly person: string | null }
  readonly firstHref: string | null
  readonly nextHref: string | null
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

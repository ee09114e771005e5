import type { AccountLabel, Notice, Shell } from './shell.ts'

/** The one thing to do about an account: a link, or a form that leads to Amazon. */
export type AccountAction =
  | { readonly label: string; readonly href: string; readonly isElsewhere?: boolean }
  | { readonly label: string; readonly renews: string }
  | { readonly label: string; readonly connects: true }

/** How an account is, in words. */
export interface HealthCard {
  /** `Connected`, `Out of date`, … */
  readonly name: string
  readonly tone: Notice['tone']
  readonly since: string | null
  readonly sentence: string
  readonly next: string
  readonly action: AccountAction | null
}

/** Everything about one account, and what can be done with it (S-27). */
export interface AccountPage extends Shell {
  readonly connectionId: string
  /** Null for an erased one, which has no name any more. */
  readonly account: AccountLabel | null
  readonly health: HealthCard
  /** What the seller quotes to support. */
  readonly reference: string
  readonly facts: readonly { readonly term: string; readonly value: string }[]
  /** Reports that could not be loaded last time, and why. */
  readonly failedReports: readonly { readonly name: string; readonly sentence: string }[]
  readonly mayRenew: boolean
  readonly mayDisconnect: boolean
  readonly mayErase: boolean
  readonly signOutUrl: string
  readonly removeAppUrl: string
}

/** Asked once before an account is disconnected, or its data erased. */
export interface PartingPage extends Shell {
  readonly connectionId: string
  readonly account: AccountLabel
  /** For how many days the data is kept after disconnecting. */
  readonly keptDays: number
  /** Until when the data of a disconnected account is kept. */
  readonly keptUntil: string | null
  readonly removeAppUrl: string
}

/** S-26: a renewal that cannot be completed yet. */
export interface RenewalPage extends Shell {
  readonly account: AccountLabel
  readonly connectionId: string
  readonly profileId: string
  readonly pendingId: string
  /** The region that could not be read; null when another Amazon account is to be confirmed. */
  readonly unread: { readonly region: 'na' | 'eu' | 'fe'; readonly sentence: string } | null
  /** The Amazon account of before, and the one that authorised now. */
  readonly before: string
  readonly now: string
  readonly confirmedUserId: string
  readonly signOutUrl: string
}

/** S-02: in place of the connect button, what is missing and how to mend it. */
export interface NoPlanPage extends Shell {
  readonly lack: { readonly title: string; readonly sentence: string; readonly mend: string }
}

/** S-04. */
export interface WelcomePage extends Shell {
  /** The other two places where a person's Amazon login may live, offered quietly. */
  readonly otherRegions: readonly { readonly value: 'na' | 'eu' | 'fe'; readonly name: string }[]
  /** Disconnected accounts whose data is still kept (S-27). */
  readonly kept: readonly (AccountLabel & { readonly id: string; readonly until: string })[]
}

export interface PickerEntry extends AccountLabel {
  readonly profileId: string
  /** `Seller`, `Vendor`, `Agency`; with `view only` where the rights are. */
  readonly kind: string
  /** Connected by this person already: choosing it renews the authorisation. */
  readonly isConnected: boolean
  /** Why it cannot be chosen; null when it can. */
  readonly reason: string | null
}

/** S-08, S-09, S-13, S-17: the account picker over the page. */
export interface PickerPage extends Shell {
  readonly pendingId: string
  readonly entries: readonly PickerEntry[]
  /** True when the list is long enough to be worth a search field. */
  readonly isSearchable: boolean
  readonly unreadRegions: readonly { readonly region: 'na' | 'eu' | 'fe'; readonly sentence: string }[]
  /** Who said yes at Amazon, `Jane Doe (jane@example.com)`; null while it is unknown. */
  readonly amazonUser: string | null
  /** Where to sign out at Amazon, to authorise with another account. */
  readonly signOutUrl: string
  /** When the pending connection ends: `15:42`, ISO for machines, and whole minutes from now. */
  readonly expires: { readonly time: string; readonly iso: string; readonly minutes: number }
  /** Set after a choice that the one-account limit blocked. */
  readonly blocked: {
    readonly chosen: AccountLabel & { readonly profileId: string }
    /** What is connected: one as a rule; several for someone who lost a role. */
    readonly held: readonly (AccountLabel & { readonly connectionId: string })[]
    /** The connection that the replace button gives up; null when several are held and none may be replaced. */
    readonly replaces: (AccountLabel & { readonly connectionId: string }) | null
  } | null
}

export type StageName = 'OAuth' | 'Generating Reports' | 'Processing' | 'Ready'

export type StageState = 'done' | 'current' | 'waiting' | 'failed'

/** S-21, and the same page when nothing could be loaded. */
export interface WaitingPage extends Shell {
  readonly account: AccountLabel
  readonly connectionId: string
  readonly stage: 'oauth' | 'generating_reports' | 'processing' | 'ready' | 'failed'
  readonly stages: readonly { readonly name: StageName; readonly state: StageState }[]
  readonly reports: { readonly done: number; readonly total: number }
  /** Each report by a name that a seller knows, with its own state in words. */
  readonly reportList: readonly {
    readonly name: string
    readonly state: 'waiting' | 'generating' | 'loading' | 'loaded' | 'failed'
    readonly words: string
  }[]
  /** `About 2 to 4 minutes left`; null when nothing honest can be said. */
  readonly estimate: string | null
  readonly problem: { readonly sentence: string; readonly action: string } | null
  readonly pollSeconds: number
  /** The first campaign report is here: *See what has arrived*. */
  readonly canPeek: boolean
  readonly statusUrl: string
  /** True while the opt-in automatic refresh (no JavaScript) is on. */
  readonly refreshes: boolean
}

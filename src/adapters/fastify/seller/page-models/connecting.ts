import type { AccountLabel, Notice, Shell } from '../../kit/shell-model.ts'

export type AccountAction =
  | { readonly label: string; readonly href: string; readonly isExternal?: boolean }
  | { readonly label: string; readonly reauthorisedConnectionId: string }
  | { readonly label: string; readonly isConnectForm: true }

export interface HealthCard {
  readonly name: string
  readonly tone: Notice['tone']
  readonly since: string | null
  readonly sentence: string
  readonly next: string
  readonly action: AccountAction | null
}

/** S-27. */
export interface AccountPage extends Shell {
  readonly connectionId: string
  /** Null for an erased connection. */
  readonly account: AccountLabel | null
  readonly health: HealthCard
  readonly reference: string
  readonly facts: readonly { readonly term: string; readonly value: string }[]
  readonly failedReports: readonly { readonly name: string; readonly sentence: string }[]
  readonly canReauthorise: boolean
  readonly canDisconnect: boolean
  readonly canErase: boolean
  readonly signOutUrl: string
  readonly removeAppUrl: string
}

/** Confirms disconnecting or erasing. */
export interface DisconnectPage extends Shell {
  readonly connectionId: string
  readonly account: AccountLabel
  readonly retentionDays: number
  /** Null while connected. */
  readonly retainedUntil: string | null
  readonly removeAppUrl: string
}

/** S-26. */
export interface ReauthorisationPage extends Shell {
  readonly account: AccountLabel
  readonly connectionId: string
  readonly profileId: string
  readonly pendingId: string
  /** Null when the seller must confirm a different Amazon user. */
  readonly unfetchedRegion: { readonly region: 'na' | 'eu' | 'fe'; readonly sentence: string } | null
  readonly before: string
  readonly now: string
  readonly confirmedUserId: string
  readonly signOutUrl: string
}

/** S-02. */
export interface NoPlanPage extends Shell {
  readonly planRestriction: { readonly title: string; readonly sentence: string; readonly fix: string }
}

/** S-04. */
export interface WelcomePage extends Shell {
  readonly otherRegions: readonly { readonly value: 'na' | 'eu' | 'fe'; readonly name: string }[]
  /** S-27. */
  readonly disconnected: readonly (AccountLabel & { readonly id: string; readonly until: string })[]
}

export interface PickerEntry extends AccountLabel {
  readonly profileId: string
  readonly kind: string
  /** Choosing it reauthorises. */
  readonly isConnected: boolean
  /** Null when it can be chosen. */
  readonly reason: string | null
}

/** S-08, S-09, S-13, S-17. */
export interface PickerPage extends Shell {
  readonly pendingId: string
  readonly entries: readonly PickerEntry[]
  readonly isSearchable: boolean
  readonly unfetchedRegions: readonly { readonly region: 'na' | 'eu' | 'fe'; readonly sentence: string }[]
  /** Null while unknown. */
  readonly amazonUser: string | null
  readonly signOutUrl: string
  /** UTC, and whole minutes left. */
  readonly expires: { readonly time: string; readonly iso: string; readonly minutes: number }
  /** Set when the one-account rule blocked a choice. */
  readonly blocked: {
    readonly chosen: AccountLabel & { readonly profileId: string }
    /** Several only after a role change. */
    readonly live: readonly (AccountLabel & { readonly connectionId: string })[]
    /** Null when several are live. */
    readonly replaces: (AccountLabel & { readonly connectionId: string }) | null
  } | null
}

export type StageName = 'OAuth' | 'Generating Reports' | 'Processing' | 'Ready'

export type StageState = 'done' | 'current' | 'waiting' | 'failed'

/** S-21. */
export interface WaitingPage extends Shell {
  readonly account: AccountLabel
  readonly connectionId: string
  readonly stage: 'oauth' | 'generating_reports' | 'processing' | 'ready' | 'failed'
  readonly stages: readonly { readonly name: StageName; readonly state: StageState }[]
  readonly reports: { readonly done: number; readonly total: number }
  readonly reportList: readonly {
    readonly name: string
    readonly state: 'waiting' | 'generating' | 'loading' | 'loaded' | 'failed'
    readonly text: string
  }[]
  /** Null when unreliable. */
  readonly estimate: string | null
  readonly problem: { readonly sentence: string; readonly action: string } | null
  readonly pollSeconds: number
  /** The first campaign report is loaded. */
  readonly canOpenEarly: boolean
  readonly statusUrl: string
  /** Opt-in refresh without JavaScript. */
  readonly hasAutoRefresh: boolean
}

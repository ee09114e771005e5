/**
 * What each view is given. A view sees these plain, ready-to-print values and nothing else: money and
 * dates are already formatted for the reader, and no secret can be in a type that has no place for it.
 */

import type { MailOption } from '../../domain/mail/mail.ts'

/** An account as it is named to people: `My Brand US`, `Amazon.com`, and the country of its flag. */
export interface AccountLabel {
  readonly name: string
  /** `Amazon.de` */
  readonly marketplace: string
  /** ISO 3166 alpha-2 of the flag's picture (`GB` where Amazon says `UK`); null for a country without a picture. */
  readonly flag: string | null
  /** Amazon's own country code, `UK` included: read aloud and shown where there is no flag. */
  readonly country: string
}

/** The account switcher of the top bar (S-05). */
export interface Switcher {
  readonly current: AccountLabel | null
  readonly accounts: readonly (AccountLabel & { readonly id: string; readonly isCurrent: boolean })[]
  /** False where the plan does not allow it: then the entry explains instead of leading to Amazon. */
  readonly mayConnect: boolean
}

export interface Notice {
  readonly tone: 'info' | 'success' | 'warning' | 'error'
  readonly title: string
  readonly sentence: string
  /** What the seller quotes to support, e.g. `7F3K-2QXD`. */
  readonly reference: string | null
  /** Further lines, e.g. what to check at advertising.amazon.com. */
  readonly steps: readonly string[]
  /** A link inside the notice. */
  readonly way: { readonly label: string; readonly href: string } | null
  /** Offers the connect button inside the notice. */
  readonly offersConnect: boolean
  /** Offers to authorise this connection again (S-26); null where there is nothing to renew. */
  readonly renews: string | null
}

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
  readonly label: string
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
  readonly label: string
  readonly pendingId: string
  /** The region that could not be read; null when another Amazon account is to be confirmed. */
  readonly unread: { readonly region: 'na' | 'eu' | 'fe'; readonly sentence: string } | null
  /** The Amazon account of before, and the one that authorised now. */
  readonly before: string
  readonly now: string
  readonly confirmedUserId: string
  readonly signOutUrl: string
}

/** What the layout around every seller page needs. */
export interface Shell {
  readonly title: string
  readonly csrf: string
  readonly person: { readonly name: string; readonly email: string } | null
  readonly switcher: Switcher | null
  readonly notice: Notice | null
  readonly supportEmail: string
}

/** Around the console's pages, and the staff's sign-in, where nobody is known yet. */
export interface StaffShell extends Shell {
  readonly staff: { readonly name: string; readonly email: string } | null
}

/** `/admin/people` */
export interface FindPersonPage extends StaffShell {
  readonly email: string
  readonly problem: string | null
}

/** `/admin/people/:id` */
export interface PersonPage extends StaffShell {
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

/** Choosing a password with a link, by name: whose it is. */
export interface PasswordPage extends Shell {
  readonly heading: string
  readonly lead: string
  /** Where the form goes: the address itself. */
  readonly action: string
  readonly email: string
  readonly problem: string | null
}

export interface ForgotPage extends Shell {
  readonly isAsked: boolean
}

/** One sign-in, as its person recognises it. */
export interface SessionLine {
  readonly id: string
  readonly device: string
  /** `Support console` beside the seller's pages; null for those. */
  readonly where: string | null
  readonly opened: string
  readonly seen: string
  readonly isThis: boolean
}

/** A kind of mail, and whether the person wants it. */
export interface MailChoice {
  readonly name: string
  readonly label: string
  readonly isChosen: boolean
}

/** Who of support looked, when, and at what. */
export interface LookedAtLine {
  readonly who: string
  readonly what: string
  readonly when: string
}

/** `/dashboard/settings` */
export interface SettingsPage extends Shell {
  readonly section: 'settings'
  readonly name: string
  readonly email: string
  /** Said at the form for another password; null when there is nothing to say. */
  readonly problem: string | null
  readonly sessions: readonly SessionLine[]
  readonly hasOthers: boolean
  readonly mailChoices: readonly MailChoice[]
  readonly lookedAt: readonly LookedAtLine[]
}

export interface SignInPage extends Shell {
  /** Where the person was going: a path of this site. */
  readonly next: string
  readonly email: string
  /** `E-mail or password is wrong.` and the like; null on the first visit. */
  readonly problem: string | null
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
  /** `My Brand US — Amazon.com` */
  readonly label: string
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
    readonly chosen: { readonly profileId: string; readonly label: string }
    /** What is connected: one as a rule; several for someone who lost a role. */
    readonly held: readonly { readonly connectionId: string; readonly label: string }[]
    /** The connection that the replace button gives up; null when several are held and none may be replaced. */
    readonly replaces: { readonly connectionId: string; readonly label: string } | null
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

export interface KpiTile {
  readonly name: string
  readonly value: string
  /** `▲ 12.4 %` against the period before; null where that is not loaded. */
  readonly change: {
    readonly text: string
    readonly direction: 'up' | 'down' | 'same'
    readonly isGood: boolean | null
  } | null
  readonly before: string
  /** What the figure means and which attribution window it uses. */
  readonly definition: string
  /** Its course over the period, as path data in a box of 100 by 24; null where there is none. */
  readonly spark: string | null
}

/** A chart that the server drew: ready coordinates in a 720 × 220 view box, no script needed. */
export interface DailyChart {
  readonly title: string
  readonly columns: readonly {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
    readonly isWeekend: boolean
    /** Amazon still corrects it. */
    readonly isSettling: boolean
  }[]
  /** Path data. */
  readonly line: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly yTicks: readonly { readonly y: number; readonly label: string }[]
  /** The line's own scale, at the other side; empty where both have one. */
  readonly lineTicks: readonly { readonly y: number; readonly label: string }[]
  readonly xTicks: readonly { readonly x: number; readonly label: string }[]
  readonly columnsName: string
  readonly lineName: string
  /** The same figures as a table (the chart's accessible twin). */
  readonly rows: readonly {
    readonly day: string
    readonly isSettling: boolean
    readonly columns: string
    readonly line: string
    readonly figures: readonly string[]
  }[]
  readonly tableHeads: readonly string[]
  readonly choices: readonly {
    readonly name: string
    readonly label: string
    readonly isColumns: boolean
    readonly isLine: boolean
  }[]
}

/** Which days are looked at, and the ways to others. */
export interface PeriodControls {
  /** Of the page that asks. */
  readonly path: string
  readonly presets: readonly { readonly label: string; readonly href: string; readonly isCurrent: boolean }[]
  /** `2026-11-23`, as a date field wants it. */
  readonly from: string
  readonly to: string
  readonly isCustom: boolean
  readonly firstLoaded: string
  readonly lastLoaded: string
  /** What else stands in the address, for the form of the days. */
  readonly kept: readonly { readonly name: string; readonly value: string }[]
  /** The same for the form of the chart. */
  readonly keptByChart: readonly { readonly name: string; readonly value: string }[]
}

/** One ad product's part of a period. */
export interface ProductRow {
  readonly name: string
  /** `62.4 %` of all spend. */
  readonly share: string
  readonly figures: readonly string[]
  /** What it was in the period before; null where that is not loaded. */
  readonly before: { readonly spend: string; readonly sales: string } | null
}

export interface CampaignRow {
  readonly name: string
  /** `Sponsored Products` */
  readonly adProduct: string
  readonly status: string
  readonly impressions: string
  readonly clicks: string
  readonly ctr: string
  readonly cpc: string
  readonly spend: string
  readonly sales: string
  readonly orders: string
  readonly acos: string
  readonly roas: string
}

/** S-28's first view. */
export interface DashboardPage extends Shell {
  readonly account: AccountLabel
  readonly connectionId: string
  /** `25 Oct – 23 Nov 2026`, what it is set against, and in which zone the days are. */
  readonly period: {
    readonly label: string
    readonly before: string | null
    readonly timezone: string
    readonly currency: string
  }
  readonly levels: readonly LevelLink[]
  readonly controls: PeriodControls
  readonly tiles: readonly KpiTile[]
  readonly chart: DailyChart | null
  readonly productHeads: readonly string[]
  readonly products: readonly ProductRow[]
  readonly campaigns: readonly CampaignRow[]
  /** How many there are in all; the table shows the first by spend. */
  readonly campaignCount: number
  readonly footnotes: readonly string[]
  /** Said while reports are still arriving, or when some failed for good. */
  readonly loading: { readonly done: number; readonly total: number } | null
  readonly failedReports: readonly { readonly name: string; readonly sentence: string }[]
  readonly updated: string
  /** When the figures were last found to be those of Amazon's files; null before, and while they are not. */
  readonly reconciled: string | null
  readonly figuresDiffer: boolean
}

/** None of the days that were asked for is loaded. */
export interface OtherDaysPage extends Shell {
  readonly account: AccountLabel
  readonly controls: PeriodControls
  /** `26 Sep – 24 Nov 2026` */
  readonly loaded: string
}

export interface LevelLink {
  readonly label: string
  readonly href: string
  readonly isCurrent: boolean
}

/** One level of what was loaded, a page of its rows. */
export interface TablePage extends Shell {
  readonly account: AccountLabel
  /** `Search terms` */
  readonly name: string
  readonly levels: readonly LevelLink[]
  readonly controls: PeriodControls
  /** `25 Oct – 23 Nov 2026`; null where nothing of the period is loaded. */
  readonly period: string | null
  readonly loaded: string
  readonly currency: string
  readonly timezone: string
  readonly path: string
  readonly q: string
  readonly clicks: string
  readonly isWasted: boolean
  /** The one campaign whose rows these are, and the way to all. */
  readonly campaign: { readonly name: string; readonly href: string } | null
  readonly isFiltered: boolean
  readonly allHref: string
  readonly keptByFilter: readonly { readonly name: string; readonly value: string }[]
  readonly heads: readonly {
    readonly label: string
    readonly href: string
    readonly isDescending: boolean
    readonly isAscending: boolean
  }[]
  readonly rows: readonly {
    readonly title: string
    readonly more: string
    readonly drills: readonly { readonly label: string; readonly href: string }[]
    readonly figures: readonly string[]
  }[]
  /** `1,204 search terms` */
  readonly count: string
  readonly firstHref: string | null
  readonly nextHref: string | null
  readonly caveat: string
}

/** Refusals, not-found and the plain apology. */
export interface ErrorPage extends Shell {
  readonly status: number
  readonly heading: string
  readonly sentence: string
  readonly reference: string | null
  readonly way: { readonly label: string; readonly href: string }
}

/** What the link of a mail shows: whether this kind of mails is wanted, and the way to change it (S-31). */
export interface MailChoicePage extends Shell {
  readonly option: MailOption
  readonly token: string
  readonly mails: string
  readonly isWanted: boolean
}

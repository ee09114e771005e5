import type { Pill } from './console.ts'
import type { AccountLabel } from './shell.ts'
import type { StaffShell } from './staff.ts'

export interface AlarmLine {
  /** What an operator has to see to. */
  readonly sentence: string
  /** `since 25 November 2026, 15:04 UTC (12 minutes)` */
  readonly since: string
  readonly way: { readonly label: string; readonly href: string } | null
}

/** How many there are of one kind, and where they are listed. */
export interface CountRow {
  readonly label: string
  readonly pill: Pill | null
  readonly count: string
  readonly href: string
  /** Of the longest bar, from 0 to 100. */
  readonly share: number
  readonly tone: Pill['tone']
}

export interface CountTable {
  readonly id: string
  readonly title: string
  readonly head: string
  readonly unit: string
  readonly rows: readonly CountRow[]
}

export interface QueueTile {
  readonly label: string
  readonly value: string
  readonly hint: string
  readonly href: string
  readonly isBad: boolean
}

export interface RegionRow {
  readonly label: string
  readonly href: string
  readonly state: Pill
  /** What a pill cannot say: until when it is paused, and how long already. */
  readonly pause: string | null
  readonly pace: string
  readonly calls: string
  readonly throttled: string
  readonly unanswered: string
  readonly mean: string
  readonly most: string
  readonly throttledAt: string
}

/** Columns that the server draws, one for each hour. */
export interface HourlyChart {
  readonly title: string
  readonly columns: readonly {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
  }[]
  readonly yTicks: readonly { readonly y: number; readonly label: string }[]
  readonly xTicks: readonly { readonly x: number; readonly label: string }[]
  /** The same figures as a table. */
  readonly rows: readonly { readonly hour: string; readonly count: string }[]
}

export interface FailureRow {
  readonly label: string
  readonly owner: Pill
  readonly day: string
  readonly week: string
  /** Cases of which it is the first thing to be said. */
  readonly cases: { readonly count: string; readonly href: string }
}

/** `/admin/` (S-45) */
export interface OverviewPage extends StaffShell {
  readonly section: 'overview'
  readonly at: { readonly iso: string; readonly words: string }
  readonly alarms: readonly AlarmLine[]
  /** What a listener is told when it changes: `2 alarms`. */
  readonly alarmsInShort: string
  readonly queue: readonly QueueTile[]
  readonly runs: readonly { readonly label: string; readonly count: string; readonly href: string }[]
  /** A sentence; null where none is due. */
  readonly syncsDue: string | null
  readonly longestWaiting: {
    readonly person: { readonly name: string; readonly email: string }
    readonly href: string
    readonly account: AccountLabel
    readonly since: string
  } | null
  readonly counts: readonly CountTable[]
  readonly regions: readonly RegionRow[]
  readonly failures: {
    readonly chart: HourlyChart | null
    readonly rows: readonly FailureRow[]
    readonly day: string
    readonly week: string
  }
}

import type { AccountLabel, StaffShell } from '../../kit/shell-model.ts'
import type { Pill } from './console.ts'

export interface AlertRow {
  readonly sentence: string
  readonly since: string
  readonly link: { readonly label: string; readonly href: string } | null
}

export interface CountRow {
  readonly label: string
  readonly pill: Pill | null
  readonly count: string
  readonly href: string
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
  readonly pause: string | null
  readonly pace: string
  readonly calls: string
  readonly throttled: string
  readonly unanswered: string
  readonly mean: string
  readonly p95: string
  readonly throttledAt: string
}

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
  readonly rows: readonly { readonly hour: string; readonly count: string }[]
}

export interface FailureRow {
  readonly label: string
  readonly owner: Pill
  readonly day: string
  readonly week: string
  readonly cases: { readonly count: string; readonly href: string }
}

export interface RecurringJobRow {
  readonly name: string
  readonly purpose: string
  readonly interval: string
  readonly started: string
  readonly finished: string
  readonly state: Pill
  /** Of a late run. */
  readonly consequence: string | null
}

/** S-45. */
export interface OverviewPage extends StaffShell {
  readonly section: 'overview'
  readonly at: { readonly iso: string; readonly text: string }
  readonly alerts: readonly AlertRow[]
  /** Read aloud on change. */
  readonly alertSummary: string
  readonly queue: readonly QueueTile[]
  readonly syncRuns: readonly { readonly label: string; readonly count: string; readonly href: string }[]
  /** Null when none is due. */
  readonly syncsDue: string | null
  readonly longestWaiting: {
    readonly user: { readonly name: string; readonly email: string }
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
  readonly recurringJobs: readonly RecurringJobRow[]
}

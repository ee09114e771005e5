import type { HiddenField } from '../address.ts'
import type { AccountLabel, Shell } from './shell.ts'

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
    /** All of it in words. */
    readonly label: string
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
  readonly kept: readonly HiddenField[]
  /** The same for the form of the chart. */
  readonly keptByChart: readonly HiddenField[]
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
  /** To what is in it. */
  readonly href: string
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

/** A campaign that sold more, or less, than before, and the way into it. */
export interface MoverRow {
  readonly name: string
  readonly adProduct: string
  /** `▲ $120.50` */
  readonly by: string
  /** `from $80.00 to $200.50` */
  readonly sales: string
  readonly spend: string
  readonly href: string
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
  readonly movers: readonly { readonly title: string; readonly rows: readonly MoverRow[] }[]
  readonly campaigns: readonly CampaignRow[]
  /** All of them, as a table of their own. */
  readonly campaignsHref: string
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

/** Several accounts side by side, by currency. */
export interface AccountsPage extends Shell {
  readonly controls: PeriodControls
  readonly heads: readonly string[]
  readonly currencies: readonly {
    readonly currency: string
    readonly rows: readonly {
      readonly account: AccountLabel
      readonly href: string
      /** Null where nothing of the period is loaded; then there are no figures. */
      readonly days: string | null
      readonly figures: readonly string[]
    }[]
    /** Null where there is nothing to add up. */
    readonly all: readonly string[] | null
  }[]
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

/** What was typed into the form above a table. */
export interface TableFilter {
  readonly q: string
  readonly isWasted: boolean
  readonly hasBounds: boolean
  readonly bounds: readonly {
    readonly name: string
    readonly label: string
    /** Typed in per cent. */
    readonly isPercent: boolean
    readonly least: string
    readonly most: string
  }[]
  readonly columns: readonly { readonly name: string; readonly label: string; readonly isShown: boolean }[]
  readonly hasAllColumns: boolean
  readonly isFiltered: boolean
  readonly allHref: string
  readonly kept: readonly HiddenField[]
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
  readonly filter: TableFilter
  /** What the rows are in, and the way out of it; null for all rows. */
  readonly place: {
    readonly name: string
    readonly kind: 'campaign' | 'ad group'
    readonly href: string
  } | null
  readonly heads: readonly {
    readonly label: string
    readonly href: string
    readonly isDescending: boolean
    readonly isAscending: boolean
  }[]
  readonly rows: readonly {
    readonly title: string
    readonly more: string
    /** Where its name leads: to what is in it. Null for what has nothing in it. */
    readonly inside: { readonly label: string; readonly href: string } | null
    /** What else is in it. */
    readonly drills: readonly { readonly label: string; readonly href: string }[]
    readonly figures: readonly string[]
  }[]
  /** `1,204 search terms, by spend, the highest first` */
  readonly count: string
  /** Reports of this level that are on their way still, or that could not be loaded. */
  readonly lacking: readonly {
    readonly name: string
    readonly sentence: string
  }[]
  /** All of it as a file; null where there is nothing. */
  readonly csvHref: string | null
  readonly firstHref: string | null
  readonly nextHref: string | null
  readonly caveat: string
}

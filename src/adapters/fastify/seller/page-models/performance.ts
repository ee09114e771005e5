import type { AccountLabel, Shell } from '../../kit/shell-model.ts'
import type { HiddenField } from '../../kit/url-query.ts'

export interface KpiTile {
  readonly name: string
  readonly value: string
  /** Null when the previous period isn't loaded. */
  readonly change: {
    readonly text: string
    readonly direction: 'up' | 'down' | 'same'
    readonly isGood: boolean | null
  } | null
  readonly before: string
  readonly definition: string
  /** SVG path data; null when there is nothing to draw. */
  readonly sparkline: string | null
}

/** In a 720 × 220 view box. */
export interface DailyChart {
  readonly title: string
  readonly columns: readonly {
    readonly x: number
    readonly y: number
    readonly width: number
    readonly height: number
    readonly isWeekend: boolean
    /** Amazon may still restate it. */
    readonly isProvisional: boolean
    readonly label: string
  }[]
  /** SVG path data. */
  readonly line: string
  readonly points: readonly { readonly x: number; readonly y: number }[]
  readonly yTicks: readonly { readonly y: number; readonly label: string }[]
  readonly lineTicks: readonly { readonly y: number; readonly label: string }[]
  readonly xTicks: readonly { readonly x: number; readonly label: string }[]
  readonly columnsName: string
  readonly lineName: string
  readonly rows: readonly {
    readonly day: string
    readonly isProvisional: boolean
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

export interface PeriodControls {
  readonly path: string
  readonly presets: readonly { readonly label: string; readonly href: string; readonly isCurrent: boolean }[]
  /** `2026-11-23` */
  readonly from: string
  readonly to: string
  readonly isCustom: boolean
  readonly firstLoaded: string
  readonly lastLoaded: string
  readonly hiddenFields: readonly HiddenField[]
  readonly chartHiddenFields: readonly HiddenField[]
  /** Which orders and sales count. */
  readonly countings: PeriodControls['presets']
}

export interface ProductRow {
  readonly name: string
  /** Of total spend. */
  readonly share: string
  readonly figures: readonly string[]
  /** Previous period; null when it isn't loaded. */
  readonly before: { readonly spend: string; readonly sales: string } | null
}

export interface CampaignRow {
  readonly href: string
  readonly name: string
  readonly adProduct: string
  readonly status: string
  /** One for each of `campaignColumns`. */
  readonly figures: readonly string[]
}

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

/** S-28. */
export interface DashboardPage extends Shell {
  readonly account: AccountLabel
  readonly connectionId: string
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
  readonly campaignColumns: readonly string[]
  readonly campaigns: readonly CampaignRow[]
  readonly campaignsHref: string
  /** Includes those not shown. */
  readonly campaignCount: number
  readonly footnotes: readonly string[]
  /** Null once finished. */
  readonly loading: { readonly done: number; readonly total: number } | null
  readonly failedReports: readonly { readonly name: string; readonly sentence: string }[]
  readonly updated: string
  /** Last match with Amazon's files; null if none or on a mismatch. */
  readonly reconciled: string | null
  readonly figuresMismatch: boolean
}

export interface AccountsPage extends Shell {
  readonly controls: PeriodControls
  readonly heads: readonly string[]
  readonly currencies: readonly {
    readonly currency: string
    readonly rows: readonly {
      readonly account: AccountLabel
      readonly href: string
      /** Null without loaded data. */
      readonly days: string | null
      readonly figures: readonly string[]
    }[]
    readonly all: readonly string[] | null
  }[]
}

export interface OtherDaysPage extends Shell {
  readonly account: AccountLabel
  readonly controls: PeriodControls
  readonly loaded: string
}

export interface LevelLink {
  readonly label: string
  readonly href: string
  readonly isCurrent: boolean
}

export interface TableFilter {
  readonly q: string
  readonly isWastedSpend: boolean
  readonly hasBounds: boolean
  readonly bounds: readonly {
    readonly name: string
    readonly label: string
    readonly isPercent: boolean
    readonly least: string
    readonly most: string
  }[]
  readonly columns: readonly { readonly name: string; readonly label: string; readonly isShown: boolean }[]
  readonly hasAllColumns: boolean
  readonly isFiltered: boolean
  readonly allHref: string
  readonly hiddenFields: readonly HiddenField[]
}

export interface TablePage extends Shell {
  readonly account: AccountLabel
  readonly name: string
  readonly levels: readonly LevelLink[]
  readonly controls: PeriodControls
  /** Null without loaded data. */
  readonly period: string | null
  readonly loaded: string
  readonly currency: string
  readonly timezone: string
  readonly path: string
  readonly filter: TableFilter
  /** Null for all rows. */
  readonly parent: {
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
    /** Null when nothing is inside. */
    readonly childLink: { readonly label: string; readonly href: string } | null
    readonly drillDownLinks: readonly { readonly label: string; readonly href: string }[]
    readonly figures: readonly string[]
  }[]
  readonly count: string
  /** Pending or failed. */
  readonly missingReports: readonly {
    readonly name: string
    readonly sentence: string
  }[]
  /** Null when there are no rows. */
  readonly csvHref: string | null
  readonly firstHref: string | null
  readonly nextHref: string | null
  readonly footnotes: readonly string[]
}

import type { CurrencyFigures } from '../../application/performance/index.ts'
import type { Kpis } from '../../domain/performance/figures.ts'
import { formatDays } from './formats.ts'
import { metrics, tableMetrics } from './metrics.ts'
import type { AccountsPage, PeriodControls } from './page-models/performance.ts'
import type { Shell } from './page-models/shell.ts'
import { accountLabel } from './shell.ts'
import { type QueryParameters, urlWithQuery } from './url-query.ts'

export function accountsPage(
  shell: Shell,
  summary: {
    readonly currencies: readonly CurrencyFigures[]
    readonly controls: PeriodControls
    readonly period: QueryParameters
  },
): AccountsPage {
  return {
    ...shell,
    controls: summary.controls,
    heads: tableMetrics.map(name => metrics[name].label),
    currencies: summary.currencies.map(({ currency, accounts, all }) => ({
      currency,
      rows: accounts.map(({ connection, days, now }) => ({
        account: accountLabel(connection.profile),
        href: urlWithQuery('/dashboard/ads/', { account: connection.id, ...summary.period }),
        days: days && formatDays(days.from, days.to),
        figures: now ? metricTexts(now, currency) : [],
      })),
      all: accounts.filter(({ now }) => now !== null).length > 1 ? metricTexts(all, currency) : null,
    })),
  }
}

const metricTexts = (kpis: Kpis, currency: string): string[] =>
  tableMetrics.map(name => metrics[name].text(kpis, currency))

import type { CurrencyFigures } from '../../../../application/performance/get-accounts-summary.ts'
import type { Kpis } from '../../../../domain/performance/figures.ts'
import { formatDays } from '../../kit/formats.ts'
import { accountLabel } from '../../kit/shell.ts'
import type { Shell } from '../../kit/shell-model.ts'
import { type QueryParameters, urlWithQuery } from '../../kit/url-query.ts'
import type { AccountsPage, PeriodControls } from '../page-models/performance.ts'
import { metrics, tableMetrics } from './metrics.ts'

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

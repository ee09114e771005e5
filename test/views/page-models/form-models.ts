import { sellerVisibleText } from '../../../src/adapters/fastify/console/cases/seller-visible-text.ts'
import {
  formatCallTime,
  formatDuration,
  latencyBucketText,
} from '../../../src/adapters/fastify/console/overview/overview-texts.ts'
import {
  displayedSubscription,
  initialPlanForm,
  planText,
  submittedSubscription,
} from '../../../src/adapters/fastify/console/users/plan-form.ts'
import {
  formatChange,
  formatEstimate,
  formatMoney,
  formatSpan,
} from '../../../src/adapters/fastify/kit/formats.ts'
import { amazonUserText } from '../../../src/adapters/fastify/seller/amazon-account.ts'
import {
  parsePeriodChoice,
  periodControls,
} from '../../../src/adapters/fastify/seller/figures/period-query.ts'
import {
  encodeCursor,
  filterIn,
  hasRedundantParameters,
  selectionIn,
  sortingIn,
  type TableQuery,
} from '../../../src/adapters/fastify/seller/figures/table-query.ts'
import { hours, minutes, seconds } from '../../../src/domain/calendar.ts'
import type { AmazonReportId } from '../../../src/domain/identifiers.ts'
import type { TimelineEvent } from '../../../src/domain/timeline/entry.ts'
import { events } from '../../admin/cases/events.ts'
import { anAmazonUser, aSubscription, days, hoursLater, noon } from '../../support/examples.ts'

const resultsOf = <Argument>(
  format: (argument: Argument) => unknown,
  ...list: readonly Argument[]
): unknown => list.map(argument => [argument, format(argument)])

const shownEndsAt = '2026-05-12T13:00:07.000Z'
const plan = {
  plan: 'annual',
  until: '2026-05-12T13:00',
  reason: 'x',
  shownPlan: 'monthly',
  shownEndsAt,
} as const
const endsAt = new Date(shownEndsAt)

const fullQuery: TableQuery = {
  account: 'c-1',
  period: '14d',
  sort: 'ctr',
  order: 'ascending',
  q: ' oak\u0000clock ',
  wasted: 'yes',
  campaign: '7',
  group: '8',
  least_spend: '5.',
  most_acos: '7.5',
  least_ctr: '0.25',
  most_orders: '120',
  column: ['sales', 'clicks'],
  after: 'x',
}
const emptyQuery: TableQuery = { q: '', campaign: '', group: '', wasted: '', least_spend: '' }

const variants: readonly TimelineEvent[] = [
  { ...events.callback_failed, error: 'access_refused' },
  { ...events.callback_rejected, why: 'signed_out' },
  { ...events.callback_rejected, why: 'expired' },
  { ...events.closed, reason: 'disconnected' },
  { ...events.sync_requested, syncRun: 'daily' },
  { ...events.sync_finished, loaded: 0 },
  {
    ...events.report_error,
    error: {
      error: 'file_unconfirmed',
      detail: '0 of 9 rows',
      file: { amazonReportId: 'first' as AmazonReportId, rows: 0, cost: 0 },
    },
  },
]

export const formModels: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  forms: {
    'a plan in the form': resultsOf(
      initialPlanForm,
      null,
      aSubscription(),
      aSubscription({ plan: 'annual', endsAt }),
    ),
    'a plan was shown': resultsOf(
      displayedSubscription,
      plan,
      { ...plan, shownPlan: 'none' },
      { ...plan, shownEndsAt: '' },
      { ...plan, shownEndsAt: '2026-02-31T00:00:00.000Z' },
    ),
    'a plan is chosen': resultsOf(
      submittedSubscription,
      plan,
      { ...plan, plan: 'none' },
      { ...plan, until: '' },
      { ...plan, until: '2026-05-12T13:01' },
      { ...plan, until: '2026-02-31T13:01' },
      { ...plan, shownEndsAt: '' },
    ),
    'a plan in words': resultsOf(
      (subscription: Parameters<typeof planText>[0]) => planText(subscription, noon),
      null,
      aSubscription(),
      aSubscription({ plan: 'listing_tools', endsAt: noon }),
      aSubscription({ plan: 'quarterly', endsAt: hoursLater(1) }),
    ),
    'rows are filtered': resultsOf(filterIn, fullQuery, emptyQuery, {}),
    'rows are sorted': resultsOf(sortingIn, fullQuery, {}),
    'what was chosen in a table': resultsOf(selectionIn, fullQuery, {}),
    'an address with more than was chosen': resultsOf(hasRedundantParameters, fullQuery, emptyQuery, {}),
    'a bookmark': encodeCursor({ value: null, cost: '1.5', adProduct: 'SP', keys: ['7', '8'] }),
    'a period': resultsOf(
      parsePeriodChoice,
      {},
      { period: '7d' },
      { from: '2026-05-01' },
      { to: '2026-05-02' },
      { from: '2026-05-03', to: '2026-05-01', period: '7d' },
    ),
    'a period of an account that has loaded nothing': periodControls(
      { period: 'last_month' },
      { account: 'c-1', sort: undefined },
      { loaded: null, shown: null, path: '/x' },
    ),
    'a custom period': periodControls(
      { from: '2026-05-01', to: '2026-05-03' },
      { account: 'c-1', columns: 'spend' },
      { loaded: days, shown: null, path: '/x' },
    ),
  },
  formats: {
    'time left': resultsOf(
      formatEstimate,
      { fromSeconds: 0, toSeconds: 60 },
      { fromSeconds: 59, toSeconds: 61 },
      { fromSeconds: 60, toSeconds: 121 },
      { fromSeconds: 120, toSeconds: 120 },
    ),
    'a change': resultsOf(formatChange, null, 0, 0.0004, -0.0005, 0.123, -2),
    money: resultsOf(
      (amount: readonly [string | null, string]) => formatMoney(...amount),
      ['-0.5', 'USD'],
      ['12345678901234567.89', 'EUR'],
      ['1200', 'JPY'],
      ['7.5', 'not a currency'],
      [null, 'USD'],
    ),
    'a span': [formatSpan(noon, hoursLater(1)), formatSpan(noon, hoursLater(13))],
    'how long': resultsOf(
      formatDuration,
      minutes(1) - 1,
      minutes(1),
      minutes(59.9),
      hours(1),
      hours(47.9),
      hours(48),
      hours(2000 * 24),
    ),
    'a call': resultsOf(formatCallTime, 999, 1000, seconds(2.54)),
    'calls within': resultsOf(latencyBucketText, 500, 30_000, 60_000),
    'an Amazon user': resultsOf(
      amazonUserText,
      null,
      anAmazonUser(),
      anAmazonUser({ name: null }),
      anAmazonUser({ email: null }),
      anAmazonUser({ name: null, email: null }),
    ),
    'what the seller saw': variants.map(sellerVisibleText),
  },
}

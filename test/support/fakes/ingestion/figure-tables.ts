import {
  FigureTables,
  type TableRequest,
  TableRollUps,
  type TableRow,
} from '../../../../src/application/performance/ports.ts'
import { after, minutes } from '../../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import { allReports } from '../../../../src/domain/ingestion/catalogue.ts'
import { sumTotals } from '../../../../src/domain/performance/figures.ts'
import { type Level, levelDefinitions, type RowFilter } from '../../../../src/domain/performance/level.ts'
import type { MetricName } from '../../../../src/domain/performance/metric.ts'
import {
  factTableOf,
  type ReportedRows,
  type RollUp,
  reportTypesOf,
} from '../../../../src/domain/performance/roll-up.ts'
import { type FakeReportLoader, factKey } from './report-loader.ts'
import type { FakeSyncRuns } from './sync-runs.ts'

type Row = Omit<TableRow, 'cursor'>
type RowsRequest = Omit<TableRequest, 'after' | 'limit'>

/** Aggregates the fake loader's rows in exact fractions; PostgreSQL's results are compared with it. */
export class FakeFigureTables extends FigureTables {
  readonly #loader: FakeReportLoader

  constructor(loader: FakeReportLoader) {
    super()
    this.#loader = loader
  }

  async page(connectionId: ConnectionId, request: TableRequest) {
    const { after, limit } = request
    const rows = this.#sorted(connectionId, request)
    const isAtCursor = (row: TableRow) =>
      JSON.stringify([row.adProduct, ...row.cursor.keys]) ===
      JSON.stringify([after?.adProduct, ...(after?.keys ?? [])])
    const start = after ? rows.findIndex(isAtCursor) + 1 : 0
    return { count: rows.length, rows: rows.slice(start, start + limit), isAggregated: true }
  }

  async rows(connectionId: ConnectionId, request: RowsRequest, signal: AbortSignal) {
    return this.#batches(connectionId, request, signal)
  }

  async *#batches(connectionId: ConnectionId, request: RowsRequest, signal: AbortSignal) {
    signal.throwIfAborted()
    yield this.#sorted(connectionId, request)
  }

  #sorted(connectionId: ConnectionId, { level, counting, days, sorting, filter }: RowsRequest): TableRow[] {
    const direction = sorting.order === 'descending' ? -1 : 1
    return this.#aggregate(connectionId, { level, counting, days })
      .filter(row => matchesFilter(row, filter, level))
      .map(row => ({ row, value: metricOf(row, sorting.by) }))
      .sort((one, other) => {
        if (!one.value || !other.value)
          return Number(!one.value) - Number(!other.value) || compareTies(one.row, other.row)
        return direction * compareFractions(one.value, other.value) || compareTies(one.row, other.row)
      })
      .map(({ row, value }) => ({
        ...row,
        cursor: {
          value: value && String(Number(value.numerator) / Number(value.denominator)),
          cost: row.cost,
          adProduct: row.adProduct,
          keys: levelDefinitions[level].keys.map(key => row.keys[key] ?? ''),
        },
      }))
  }

  #aggregate(connectionId: ConnectionId, { level, counting, days: { from, to } }: RollUp): Row[] {
    const { keys, names } = levelDefinitions[level]
    const definitions = allReports.filter(({ table }) => table === factTableOf(level))
    return definitions.flatMap(definition => {
      const pair = counting === 'clicks' && definition.adProduct !== 'SP' ? '_14d' : ''
      const facts = (this.#loader.facts.get(factKey(connectionId, definition)) ?? [])
        .filter(([day]) => from <= day && day <= to)
        .sort(([one], [other]) => (one < other ? 1 : -1))
        .map(([, ...values]) =>
          Object.fromEntries(definition.columns.map(({ name }, at) => [name, values[at] ?? null])),
        )
      const groups = Map.groupBy(facts, fact => JSON.stringify(keys.map(key => fact[key] ?? '')))
      return [...groups.values()].map(own => ({
        adProduct: definition.adProduct,
        keys: Object.fromEntries(keys.map(key => [key, String(own[0]?.[key] ?? '')])),
        names: Object.fromEntries(names.map(name => [name, nameIn(own[0]?.[name])])),
        ...sumTotals(
          own.map(fact => ({
            impressions: Number(fact['impressions']),
            clicks: Number(fact['clicks']),
            orders: Number(fact[`orders${pair}`]),
            cost: String(fact['cost']),
            sales: String(fact[`sales${pair}`]),
          })),
        ),
      }))
    })
  }
}

const nameIn = (value: unknown): string | null => (value ? String(value) : null)

/** Highest spend first, then by bytes, like PostgreSQL's collation "C". */
const compareTies = (one: Row, other: Row): number =>
  compareFractions(fraction(other.cost), fraction(one.cost)) ||
  Buffer.compare(Buffer.from(keyText(one)), Buffer.from(keyText(other)))
const keyText = ({ adProduct, keys }: Row): string => [adProduct, ...Object.values(keys)].join('\u0000')

function matchesFilter(
  row: Row,
  { text, campaignId, adGroupId, bounds, isWastedSpend }: RowFilter,
  level: Level,
): boolean {
  const { keys, names } = row
  const searched = levelDefinitions[level].searchedColumns.map(name => keys[name] ?? names[name] ?? '')
  return (
    searched.some(searchedText => searchedText.toLowerCase().includes(text.toLowerCase())) &&
    isIn(keys, 'campaign_id', campaignId) &&
    isIn(keys, 'ad_group_id', adGroupId) &&
    bounds.every(({ metric, side, value }) => {
      const own = metricOf(row, metric)
      return own && (side === 'least' ? 1 : -1) * compareFractions(own, fraction(value)) >= 0
    }) &&
    (!isWastedSpend || (Number(row.cost) > 0 && row.clicks > 0 && row.orders === 0))
  )
}

/** A level without this key is not filtered by it. */
const isIn = (keys: Row['keys'], key: string, id: string | null): boolean =>
  id === null || keys[key] === undefined || keys[key] === id

interface Fraction {
  readonly numerator: bigint
  readonly denominator: bigint
}

function fraction(decimal: string, denominator = 1n): Fraction {
  const [whole = '0', part = ''] = decimal.split('.')
  return { numerator: BigInt(whole + part.padEnd(12, '0')), denominator: denominator * 10n ** 12n }
}

const compareFractions = (one: Fraction, other: Fraction): number => {
  const difference = one.numerator * other.denominator - other.numerator * one.denominator
  return difference > 0n ? 1 : difference < 0n ? -1 : 0
}

const divide = (part: Fraction, whole: Fraction): Fraction | null =>
  whole.numerator === 0n
    ? null
    : { numerator: part.numerator * whole.denominator, denominator: part.denominator * whole.numerator }

function metricOf(row: Row, metric: MetricName): Fraction | null {
  const [cost, sales, orders, clicks, impressions] = [
    fraction(row.cost),
    fraction(row.sales),
    ...[row.orders, row.clicks, row.impressions].map(count => fraction(String(count))),
  ] as [Fraction, Fraction, Fraction, Fraction, Fraction]
  return {
    spend: cost,
    sales,
    acos: divide(cost, sales),
    roas: divide(sales, cost),
    orders,
    impressions,
    clicks,
    ctr: divide(clicks, impressions),
    cpc: divide(cost, clicks),
  }[metric]
}

const isSame = (one: RollUp, other: RollUp): boolean => JSON.stringify(one) === JSON.stringify(other)

/** Stores only which roll-ups exist; the fake tables are aggregated on each read. */
export class FakeTableRollUps extends TableRollUps {
  readonly #syncRuns: FakeSyncRuns
  readonly #loader: FakeReportLoader
  /** Newest first. */
  #requested: readonly { readonly connectionId: ConnectionId; readonly rollUp: RollUp; readonly at: Date }[] =
    []
  readonly builtRollUps = new Map<ConnectionId, RollUp[]>()

  constructor(syncRuns: FakeSyncRuns, loader: FakeReportLoader) {
    super()
    this.#syncRuns = syncRuns
    this.#loader = loader
  }

  async due(now: Date, limit: number) {
    return [...this.#syncRuns.rollUpsDue.entries()]
      .filter(([, dueAt]) => dueAt <= now)
      .sort(([, one], [, other]) => one.getTime() - other.getTime())
      .slice(0, limit)
      .map(([connectionId, dueAt]) => ({ connectionId, dueAt }))
  }

  async reportedRows(connectionId: ConnectionId): Promise<ReportedRows[]> {
    return this.#loader.fileTotals
      .all()
      .filter(file => file.connectionId === connectionId)
      .map(({ type, day, rows }) => ({ type, day, rows }))
  }

  async request(
    connectionId: ConnectionId,
    rollUp: RollUp,
    { moreThan, now }: { moreThan: number; now: Date },
  ) {
    const { from, to } = rollUp.days
    const rows = (await this.reportedRows(connectionId))
      .filter(({ type, day }) => reportTypesOf(rollUp.level).includes(type) && from <= day && day <= to)
      .reduce((all, file) => all + file.rows, 0)
    const others = this.#requested.filter(
      one => one.connectionId !== connectionId || !isSame(one.rollUp, rollUp),
    )
    const before = this.#requested.find(one => !others.includes(one))
    if (rows <= moreThan || (before && before.at >= after(now, -minutes(1)))) return
    this.#requested = [{ connectionId, rollUp, at: now }, ...others]
    this.#syncRuns.rollUpsDue.set(connectionId, now)
  }

  async requested(connectionId: ConnectionId, since: Date, limit: number): Promise<RollUp[]> {
    return this.#requested
      .filter(one => one.connectionId === connectionId && one.at > since)
      .slice(0, limit)
      .map(({ rollUp }) => rollUp)
  }

  async retainOnly(
    connectionId: ConnectionId,
    wanted: readonly RollUp[],
    requestedUntil: Date,
  ): Promise<void> {
    this.#requested = this.#requested.filter(
      one => one.connectionId !== connectionId || one.at > requestedUntil,
    )
    const own = this.builtRollUps.get(connectionId) ?? []
    const isRollUpWanted = (rollUp: RollUp) => wanted.some(other => isSame(other, rollUp))
    this.builtRollUps.set(connectionId, own.filter(isRollUpWanted))
  }

  async build(connectionId: ConnectionId, rollUp: RollUp): Promise<void> {
    this.builtRollUps.set(connectionId, [...(this.builtRollUps.get(connectionId) ?? []), rollUp])
  }

  async conclude(connectionId: ConnectionId, dueAt: Date): Promise<void> {
    if (this.#syncRuns.rollUpsDue.get(connectionId)?.getTime() === dueAt.getTime())
      this.#syncRuns.rollUpsDue.delete(connectionId)
  }

  async postpone(connectionId: ConnectionId, to: Date): Promise<void> {
    if (this.#syncRuns.rollUpsDue.get(connectionId)) this.#syncRuns.rollUpsDue.set(connectionId, to)
  }
}

import {
  type CampaignTotals,
  Figures,
  type ProductDayTotals,
} from '../../../../src/application/performance/ports.ts'
import type { DayRange } from '../../../../src/domain/calendar.ts'
import type { ConnectionId } from '../../../../src/domain/identifiers.ts'
import { allReports } from '../../../../src/domain/ingestion/catalogue.ts'
import type { LoadedRange } from '../../../../src/domain/ingestion/sync-window.ts'
import type { Counting } from '../../../../src/domain/performance/counting.ts'
import { coveredRange } from '../../../../src/domain/performance/coverage.ts'
import { sumTotals, type Totals } from '../../../../src/domain/performance/figures.ts'
import { type FakeReportLoader, factKey } from './report-loader.ts'
import type { FakeSyncRuns } from './sync-runs.ts'

const nothing: Pick<Totals, 'cost' | 'sales'> = { cost: '0', sales: '0' }

type CampaignKey = Pick<CampaignTotals, 'id' | 'adProduct'>
const compareTies = (one: CampaignKey, other: CampaignKey): number =>
  `${one.id} ${one.adProduct}` < `${other.id} ${other.adProduct}` ? -1 : 1

export class FakeFigures extends Figures {
  readonly #loader: FakeReportLoader
  readonly #syncRuns: FakeSyncRuns

  constructor(loader: FakeReportLoader, syncRuns: FakeSyncRuns) {
    super()
    this.#loader = loader
    this.#syncRuns = syncRuns
  }

  async loadedRanges(connectionId: ConnectionId): Promise<LoadedRange[]> {
    const ranges = await this.#syncRuns.loadedRanges(connectionId)
    return ranges.filter(({ type }) => type.endsWith('_campaigns'))
  }

  async loadedDays(ids: readonly ConnectionId[]): Promise<Map<ConnectionId, DayRange>> {
    const all = await Promise.all(
      ids.map(async id => [id, coveredRange(await this.loadedRanges(id))] as const),
    )
    return new Map(all.flatMap(([id, days]) => (days ? [[id, days]] : [])))
  }

  async totals(
    daysByConnection: ReadonlyMap<ConnectionId, DayRange>,
    counting: Counting,
  ): Promise<Map<ConnectionId, Totals>> {
    return new Map([...daysByConnection].map(([id, days]) => [id, sumTotals(this.#rows(id, days, counting))]))
  }

  async daily(connectionId: ConnectionId, days: DayRange, counting: Counting): Promise<ProductDayTotals[]> {
    const rows = this.#rows(connectionId, days, counting)
    const groups = Map.groupBy(rows, ({ day, adProduct }) => `${day} ${adProduct}`)
    return [...groups.values()]
      .flatMap(rows => rows.slice(0, 1).map(({ day, adProduct }) => ({ day, adProduct, ...sumTotals(rows) })))
      .sort((a, b) => (a.day === b.day ? 0 : a.day < b.day ? -1 : 1))
  }

  async campaigns(
    connectionId: ConnectionId,
    { days, before }: { readonly days: DayRange; readonly before: DayRange | null },
    counting: Counting,
    limits: { readonly campaigns: number; readonly movers: number },
  ) {
    const now = this.#campaigns(connectionId, days, counting)
    const earlier = before ? this.#campaigns(connectionId, before, counting) : now
    const keys = new Set([...now.keys(), ...earlier.keys()])
    const moves = [...keys].flatMap(key => {
      const [current, previous] = [now.get(key) ?? nothing, earlier.get(key) ?? nothing]
      const campaign = now.get(key) ?? earlier.get(key)
      if (!campaign) return []
      const { id, name, adProduct } = campaign
      const costAndSales = ({ cost, sales }: Pick<Totals, 'cost' | 'sales'>) => ({ cost, sales })
      const by = Number(current.sales) - Number(previous.sales)
      return [
        { by, mover: { id, name, adProduct, now: costAndSales(current), before: costAndSales(previous) } },
      ]
    })
    const largestMoves = (sign: number) =>
      moves
        .filter(({ by }) => sign * by > 0)
        .sort((one, other) => sign * (other.by - one.by) || compareTies(one.mover, other.mover))
        .slice(0, limits.movers)
        .map(({ mover }) => mover)
    const campaigns = [...now.values()].sort((a, b) => Number(b.cost) - Number(a.cost) || compareTies(a, b))
    return {
      count: campaigns.length,
      campaigns: campaigns.slice(0, limits.campaigns),
      movers: { gained: largestMoves(1), lost: largestMoves(-1) },
    }
  }

  #campaigns(connectionId: ConnectionId, days: DayRange, counting: Counting): Map<string, CampaignTotals> {
    const rows = this.#rows(connectionId, days, counting).sort((a, b) => (a.day < b.day ? 1 : -1))
    const groups = Map.groupBy(rows, ({ adProduct, id }) => `${adProduct} ${id}`)
    return new Map(
      [...groups].flatMap(([key, own]): [string, CampaignTotals][] => {
        const [latest] = own
        if (!latest) return []
        const { id, adProduct, name, status } = latest
        return [
          [key, { id, adProduct, name: name ?? `Campaign ${id}`, status: status ?? '', ...sumTotals(own) }],
        ]
      }),
    )
  }

  #rows(connectionId: ConnectionId, { from, to }: DayRange, counting: Counting) {
    const definitions = allReports.filter(({ table }) => table === 'campaign_fact')
    return definitions.flatMap(definition => {
      const pair = counting === 'clicks' && definition.adProduct !== 'SP' ? '_14d' : ''
      const facts = this.#loader.facts.get(factKey(connectionId, definition)) ?? []
      const own = facts.filter(([day]) => day >= from && day <= to)
      return own.map(([day, ...values]) => {
        const value = (name: string) => values[definition.columns.findIndex(column => column.name === name)]
        const text = (name: string) => (value(name) ?? null) as string | null
        return {
          day,
          adProduct: definition.adProduct,
          id: String(value('campaign_id')),
          name: text('campaign_name'),
          status: text('campaign_status'),
          impressions: Number(value('impressions')),
          clicks: Number(value('clicks')),
          orders: Number(value(`orders${pair}`)),
          cost: String(value('cost')),
          sales: String(value(`sales${pair}`)),
        }
      })
    })
  }
}

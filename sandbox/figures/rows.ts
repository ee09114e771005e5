import type { ReportType } from '../reporting/columns/report-type.ts'
import { reportTypeOf } from '../reporting/columns/report-types.ts'
import type { Account } from '../users/account.ts'
import { figuresOn } from './day-model.ts'
import { dayText } from './days.ts'
import { type Entity, entitiesOf } from './entities.ts'
import { addTo, type Figures, isActive, noFigures } from './figures.ts'
import { type Part, partsOf } from './parts.ts'
import { restatementOn, type Span, spanWithFigures } from './span.ts'

export interface Row {
  readonly entity: Entity
  readonly part: Part
  /** Absent in a SUMMARY. */
  readonly date?: string
  readonly figures: Figures
}

export interface RowQuery {
  readonly account: Account
  readonly reportTypeId: string
  readonly span: Span
  readonly timeUnit: 'DAILY' | 'SUMMARY'
  readonly groupBy: readonly string[]
  readonly keep: (entity: Entity) => boolean
  readonly seed: string
  readonly now: number
  readonly restatement: number
  /** On this day, the first row's cost is one minor unit too high. */
  readonly extraCentOn?: number
}

export function* rowsOf(query: RowQuery): Generator<Row> {
  const type = reportTypeOf(query.reportTypeId)
  if (!type) return
  const entities = reportedEntities(query, type).filter(query.keep)
  const span = spanWithFigures(query.account, type, query.span, query.now)
  yield* query.timeUnit === 'DAILY' ? daily(query, entities, span) : summary(query, entities, span)
}

/** V2 reports campaigns of both formats. */
function reportedEntities({ account, reportTypeId, seed }: RowQuery, type: ReportType): readonly Entity[] {
  const entities = entitiesOf(account, reportTypeId, type, seed)
  const v3 = reportTypeId === 'hsaCampaigns' ? reportTypeOf('sbCampaigns') : undefined
  return v3 ? [...entities, ...entitiesOf(account, 'sbCampaigns', v3, seed)] : entities
}

function* daily(query: RowQuery, entities: readonly Entity[], span: Span): Generator<Row> {
  for (let day = span.from; day <= span.to; day++) {
    let extra = day === query.extraCentOn
    const date = dayText(day)
    const restatement = restatementOn(query.account, day, query.now, query.restatement)
    for (const entity of entities) {
      const figures = figuresOn(entity.traffic, day, restatement) ?? figuresOfIdle(query)
      if (!figures) continue
      if (extra) figures.cost += 1
      extra = false
      yield* parted(query, entity, figures, date)
    }
  }
}

/** Asked for names, v2 lists every campaign. */
const figuresOfIdle = ({ reportTypeId }: RowQuery): Figures | null =>
  reportTypeId === 'hsaCampaigns' ? noFigures() : null

function* summary(query: RowQuery, entities: readonly Entity[], span: Span): Generator<Row> {
  const { extraCentOn } = query
  let extra = extraCentOn !== undefined && extraCentOn >= span.from && extraCentOn <= span.to
  for (const entity of entities) {
    const sum = noFigures()
    for (let day = span.from; day <= span.to; day++) {
      const restatement = restatementOn(query.account, day, query.now, query.restatement)
      const figures = figuresOn(entity.traffic, day, restatement)
      if (figures) addTo(sum, figures)
    }
    if (!isActive(sum)) continue
    if (extra) sum.cost += 1
    extra = false
    yield* parted(query, entity, sum)
  }
}

function* parted(query: RowQuery, entity: Entity, figures: Figures, date?: string): Generator<Row> {
  for (const { part, figures: own } of partsOf(query.reportTypeId, query.groupBy, entity, figures)) {
    yield date === undefined ? { entity, part, figures: own } : { entity, part, figures: own, date }
  }
}

import { PostgresFigureTables } from '../../adapters/postgres/facts/figure-tables.ts'
import { PostgresFigures } from '../../adapters/postgres/facts/figures.ts'
import { PostgresTableRollUps } from '../../adapters/postgres/facts/table-roll-ups.ts'
import { BuildTableRollUps } from '../../application/performance/build-table-roll-ups.ts'
import { GetAccountsSummary } from '../../application/performance/get-accounts-summary.ts'
import { GetDashboard } from '../../application/performance/get-dashboard.ts'
import { GetTable } from '../../application/performance/get-table.ts'
import { Figures, FigureTables, TableRollUps } from '../../application/performance/ports.ts'
import { Clock } from '../../application/ports.ts'
import type { Bindings, ExternalServices } from './bindings.ts'

export function bindPerformance({ provide, useCase, get }: Bindings, { database }: ExternalServices): void {
  provide(Figures, () => new PostgresFigures(database.sql))
  provide(FigureTables, () => new PostgresFigureTables(database.sql, database.pool))
  provide(TableRollUps, () => new PostgresTableRollUps(database.sql, database.pool))
  useCase(GetDashboard, () => ({ figures: get(Figures), clock: get(Clock) }))
  useCase(GetTable, () => ({
    figures: get(Figures),
    tables: get(FigureTables),
    rollUps: get(TableRollUps),
    clock: get(Clock),
  }))
  useCase(GetAccountsSummary, () => ({ figures: get(Figures), clock: get(Clock) }))
  useCase(BuildTableRollUps, () => ({ figures: get(Figures), rollUps: get(TableRollUps), clock: get(Clock) }))
}

export { BuildTableRollUps } from './roll-up-tables.ts'
export { type AccountFigures, type CurrencyFigures, GetAccountsSummary } from './show-accounts.ts'
export { type Dashboard, type DashboardResult, GetDashboard, type ProductFigures } from './show-figures.ts'
export { type ExportResult, GetTable, type TableResult } from './show-table.ts'

export { BuildTableRollUps } from './build-table-roll-ups.ts'
export { type AccountFigures, type CurrencyFigures, GetAccountsSummary } from './get-accounts-summary.ts'
export { type Dashboard, type DashboardResult, GetDashboard, type ProductFigures } from './get-dashboard.ts'
export { type ExportResult, GetTable, type TableResult } from './get-table.ts'

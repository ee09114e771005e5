export { RollUpTables } from './roll-up-tables.ts'
export { type AccountFigures, type CurrencyFigures, ShowAccounts } from './show-accounts.ts'
export { type Dashboard, type ProductFigures, ShowFigures, type Shown } from './show-figures.ts'
export { type ExportedTable, type ShownTable, ShowTable } from './show-table.ts'

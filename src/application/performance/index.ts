export { type Dashboard, type ProductFigures, ShowFigures, type Shown } from './show-figures.ts'
export { type ShownTable, ShowTable } from './show-table.ts'

export { type Dashboard, type ProductFigures, ShowFigures, type Shown } from './show-figures.ts'

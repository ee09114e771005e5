export { type Dashboard, ShowFigures } from './show-figures.ts'

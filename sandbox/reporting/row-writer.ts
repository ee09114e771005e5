import { draw, keyOf } from '../figures/draw.ts'
import type { Row } from '../figures/rows.ts'
import { decimalOf } from '../json.ts'
import { minorUnitsOf } from '../users/marketplaces.ts'
import { type ColumnContext, dimensions } from './columns/dimension-columns.ts'
import { amounts, counts, rates } from './columns/metric-columns.ts'
import { v1Fields } from './v1/fields.ts'

type Cell = (row: Row) => string

export function isServed(column: string): boolean {
  return column in dimensions || column in counts || column in amounts || column in rates
}

/** In arbitrary key order, as Amazon's. */
export function rowWriter(columns: readonly string[], scene: ColumnContext): (row: Row) => string {
  const cells = columns.map(column => {
    const cell = cellOf(v1Fields[column] ?? column, scene)
    const name = `${JSON.stringify(column)}:`
    return (row: Row) => name + cell(row)
  })
  const orders = [1, 2, 3].map(salt => shuffled(cells, keyOf(columns.join(), salt)))
  return row => {
    const order = orders[row.figures.impressions % orders.length] ?? cells
    let json = '{'
    for (const cell of order) json += json.length === 1 ? cell(row) : `,${cell(row)}`
    return `${json}}`
  }
}

function cellOf(column: string, scene: ColumnContext): Cell {
  const minorUnits = minorUnitsOf(scene.account.currencyCode)
  const dimension = dimensions[column]
  if (dimension) return row => dimension(row, scene)
  const count = counts[column]
  if (count) return row => String(count(row.figures))
  const amount = amounts[column]
  if (amount) return row => decimalOf(amount(row.figures), minorUnits)
  const rate = rates[column]
  if (!rate) throw new Error(`unknown column: ${column}`)
  return ({ figures }) => {
    const divisor = rate.by(figures) * (rate.priced ? minorUnits : 1)
    return divisor === 0 ? 'null' : String(Number((rate.of(figures) / divisor).toFixed(6)))
  }
}

function shuffled<T>(list: readonly T[], key: number): T[] {
  return list
    .map((item, index) => ({ item, place: draw(key, index) }))
    .sort((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

import { parse, View } from 'vega'
import { compile, type TopLevelSpec } from 'vega-lite'
import type { ProcessSample, TableSample } from './samples.ts'

export interface FaultSample {
  readonly hour: number
  readonly name: string
}

export interface Soak {
  readonly processes: readonly ProcessSample[]
  readonly tables: readonly TableSample[]
  readonly faults: readonly FaultSample[]
}

const width = 720
/** Distinguishable with colour blindness (Okabe and Ito). */
const colours = ['#0072b2', '#56b4e9', '#d55e00', '#e69f00', '#009e73', '#cc79a7', '#000000', '#999999']
const hour = { field: 'hour', type: 'quantitative', title: 'simulated hours', axis: { grid: false } } as const

const lineChart = (title: string, values: readonly object[], of: { field: string; by: string }) => ({
  title,
  width,
  height: 150,
  data: { values: [...values] },
  mark: { type: 'line', strokeWidth: 1.5, invalid: 'break-paths-filter-domains' } as const,
  encoding: {
    x: hour,
    y: { field: of.field, type: 'quantitative', title: null, axis: { tickCount: 4 } } as const,
    color: { field: of.by, type: 'nominal', title: null, scale: { range: colours } } as const,
  },
})

export function drawSoak({ processes, tables, faults }: Soak): Promise<string> {
  const largest = [
    ...new Set(tables.toSorted((one, other) => other.megabytes - one.megabytes).map(({ table }) => table)),
  ]
  const shown = tables.filter(({ table }) => largest.slice(0, 8).includes(table))
  const spec: TopLevelSpec = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    background: 'white',
    config: { font: 'sans-serif', view: { stroke: null }, title: { anchor: 'start', fontWeight: 'normal' } },
    resolve: { scale: { color: 'independent' } },
    vconcat: [
      lineChart('Resident memory, MB', processes, { field: 'memory', by: 'process' }),
      lineChart('Open files and sockets', processes, { field: 'handles', by: 'process' }),
      lineChart('Database connections in use', processes, { field: 'inUse', by: 'process' }),
      lineChart('The eight largest tables with their indexes, MB', shown, {
        field: 'megabytes',
        by: 'table',
      }),
      {
        title: 'Injected faults',
        width,
        height: { step: 13 },
        data: { values: [...faults] },
        mark: { type: 'tick', thickness: 3, color: '#d55e00' },
        encoding: { x: hour, y: { field: 'name', type: 'nominal', title: null, axis: { labelLimit: 400 } } },
      },
    ],
  }
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG()
}

import { create as disposition } from 'content-disposition'
import { stringify } from 'csv-stringify/sync'
import type { TableRow } from '../../../../application/performance/ports.ts'
import type { DayRange } from '../../../../domain/calendar.ts'
import type { LiveConnection } from '../../../../domain/connection/connection.ts'
import { adProductNames } from '../../../../domain/ingestion/catalogue.ts'
import type { Counting } from '../../../../domain/performance/counting.ts'
import { kpisOf } from '../../../../domain/performance/figures.ts'
import { type Level, levelDefinitions } from '../../../../domain/performance/level.ts'
import { type AdvertisingProfile, profileName } from '../../../../domain/profile/profile.ts'
import { attributionText } from './counting-texts.ts'
import { metrics, tableMetrics } from './metrics.ts'
import { levelNames, matchText, statusText } from './table-texts.ts'

interface Column {
  readonly head: string
  readonly cell: (row: TableRow) => string | number
}

const textColumn = (
  head: string,
  name: string,
  toText = (value: string | undefined | null) => value ?? '',
): Column => ({
  head,
  // Control characters could hide text.
  cell: ({ keys, names }) => escapeFormula(toText(keys[name] ?? names[name]).replace(/\p{Cc}+/gu, ' ')),
})

/** Spreadsheets skip white space and invisible characters, and read full-width and small signs like ASCII. */
const formula = /^[\s\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]*[=+\-@−＝＋－＠﹦﹢﹣﹫]/u

const escapeFormula = (text: string): string => (formula.test(text) ? `'${text}` : text)

/** In the file's order. */
const textColumns: Readonly<Record<string, Column>> = {
  search_term: textColumn('Search term', 'search_term'),
  targeting: textColumn('Targeting', 'targeting'),
  match_type: textColumn('Match type', 'match_type', type => matchText(type ?? undefined)),
  target_id: textColumn('Target ID', 'target_id'),
  placement: textColumn('Placement', 'placement'),
  asin: textColumn('ASIN', 'asin'),
  sku: textColumn('SKU', 'sku'),
  ad_id: textColumn('Ad ID', 'ad_id'),
  ad_group_name: textColumn('Ad group', 'ad_group_name'),
  ad_group_id: textColumn('Ad group ID', 'ad_group_id'),
  campaign_name: textColumn('Campaign', 'campaign_name'),
  campaign_id: textColumn('Campaign ID', 'campaign_id'),
  campaign_status: textColumn('Status', 'campaign_status', statusText),
}

/** Ratios are fractions. */
const metricColumns = (currency: string): Column[] =>
  tableMetrics.map(name => {
    const { label, unit, value } = metrics[name]
    const exact = name === 'spend' ? 'cost' : name === 'sales' ? 'sales' : null
    return {
      head: unit === 'money' ? `${label} (${currency})` : label,
      cell: row => (exact ? toNumberIfExact(row[exact]) : round(value(kpisOf(row)))),
    }
  })

/** Text would be quoted. */
const toNumberIfExact = (amount: string): number | string =>
  String(Number(amount)) === amount ? Number(amount) : amount

const round = (value: number | null): number | string => (value === null ? '' : Math.round(value * 1e6) / 1e6)

const columnsOf = ({ level, profile, counting }: CsvTable): Column[] => {
  const own = [...levelDefinitions[level].keys, ...levelDefinitions[level].names]
  return [
    ...Object.entries(textColumns).flatMap(([name, column]) => (own.includes(name) ? [column] : [])),
    { head: 'Ad product', cell: ({ adProduct }) => adProductNames[adProduct] },
    ...metricColumns(profile.currency),
    { head: 'Attribution', cell: ({ adProduct }) => attributionText(adProduct, counting, profile) },
  ]
}

export interface CsvTable {
  readonly level: Level
  readonly profile: Pick<AdvertisingProfile, 'currency' | 'accountType'>
  readonly counting: Counting
}

/** RFC 4180. Text is quoted, as some programs split at semicolons. */
const csvOptions = { record_delimiter: 'windows', quoted_string: true } as const

/** The BOM makes Excel read UTF-8. */
export async function* tableCsv(
  table: CsvTable,
  batches: AsyncIterable<readonly TableRow[]>,
): AsyncGenerator<string> {
  const columns = columnsOf(table)
  yield stringify([columns.map(({ head }) => head)], { ...csvOptions, bom: true })
  for await (const rows of batches)
    if (rows.length > 0)
      yield stringify(
        rows.map(row => columns.map(({ cell }) => cell(row))),
        csvOptions,
      )
}

/** RFC 6266. */
export function csvDisposition(level: Level, { profile }: LiveConnection, { from, to }: DayRange): string {
  // A header must stay short.
  const account = [...profileName(profile)].slice(0, 100).join('')
  const name = `${levelNames[level]}, ${account}, ${from} to ${to}`
  return disposition(`${name.replace(/[\p{Cc}\p{Cf}/\\:*?"<>|]+/gu, ' ')}.csv`)
}

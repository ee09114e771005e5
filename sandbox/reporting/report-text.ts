import { dayOf } from '../figures/days.ts'
import { type RowQuery, rowsOf } from '../figures/rows.ts'
import { accountWithActivity, type Source } from '../figures/source.ts'
import { filterFields } from './columns/dimension-columns.ts'
import { reportTypeOf } from './columns/report-types.ts'
import type { Report } from './report.ts'
import { rowWriter } from './row-writer.ts'

const chunkLength = 64 * 1024

/** In chunks, never whole in memory. */
export function* chunksOf(report: Report, source: Source): Generator<string> {
  const query = queryOf(report, source)
  const { columns, adProduct } = report.configuration
  if (!query) {
    yield '[]'
    return
  }
  const type = reportTypeOf(query.reportTypeId)
  if (!type) throw new Error(`no report type for ${adProduct}`)
  const write = rowWriter(columns, {
    ...report,
    account: query.account,
    hasLowerCaseStatus: query.reportTypeId === 'hsaCampaigns',
  })
  let text = '['
  let first = true
  for (const row of rowsOf(query)) {
    text += first ? write(row) : `,${write(row)}`
    first = false
    if (text.length < chunkLength) continue
    yield text
    text = ''
  }
  yield `${text}]`
}

function queryOf(report: Report, source: Source): RowQuery | undefined {
  const account = accountWithActivity(report.profileId, source)
  const from = dayOf(report.startDate)
  const to = dayOf(report.endDate)
  if (!account || from === undefined || to === undefined) return undefined
  const { configuration, restatement } = report
  const { reportTypeId, timeUnit, groupBy, filters } = configuration
  const extraCentOn = report.extraCentOn === null ? undefined : dayOf(report.extraCentOn)
  const query = {
    account,
    reportTypeId,
    span: { from, to },
    timeUnit,
    groupBy,
    seed: source.seed,
    now: report.createdAt,
    restatement,
  }
  return {
    ...query,
    keep: entity =>
      (filters ?? []).every(({ field, values }) => values.includes(filterFields[field]?.(entity) ?? '')),
    ...(extraCentOn === undefined ? {} : { extraCentOn }),
  }
}

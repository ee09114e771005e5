import Type from 'typebox'
import { Check } from 'typebox/value'
import { BadReport } from '../parse-request.ts'
import type { ReportRequest } from '../report.ts'
import { priced, v1Fields } from './fields.ts'

const Predicate = Type.Object({
  on: Type.Object({
    field: Type.String(),
    comparisonOperator: Type.Literal('EQUALS'),
    not: Type.Boolean(),
    values: Type.Array(Type.String(), { minItems: 1, maxItems: 1 }),
  }),
})

/** Amazon accepts more; this is what the sandbox serves. */
const Body = Type.Object(
  {
    accessRequestedAccounts: Type.Array(Type.Object({ advertiserAccountId: Type.String() }), {
      minItems: 1,
      maxItems: 1,
    }),
    reports: Type.Array(
      Type.Object({
        format: Type.Literal('GZIP_JSON'),
        periods: Type.Array(
          Type.Object({ datePeriod: Type.Object({ startDate: Type.String(), endDate: Type.String() }) }),
          { minItems: 1, maxItems: 1 },
        ),
        query: Type.Object({
          fields: Type.Array(Type.String(), { minItems: 1 }),
          filter: Type.Object({ and: Type.Object({ filters: Type.Array(Predicate) }) }),
        }),
      }),
      { minItems: 1, maxItems: 1 },
    ),
  },
  { additionalProperties: false },
)

export interface V1Request {
  readonly advertiserAccountId: string
  readonly country: string
  readonly report: ReportRequest
}

/**
 * An account spans countries, so that a report names one.
 * @throws {BadReport}
 */
export function parseV1Request(body: unknown): V1Request {
  if (!Check(Body, body)) throw new BadReport('The request is invalid')
  const [account] = body.accessRequestedAccounts
  const [report] = body.reports
  const [period] = report?.periods ?? []
  if (!account || !report || !period) throw new BadReport('The request is invalid')
  const { fields, filter } = report.query
  const unknown = fields.filter(field => !(field in v1Fields))
  if (unknown.length > 0) throw new BadReport(`Unknown fields: ${unknown.join(', ')}`)
  if (fields.some(field => priced.has(field)) && !fields.includes('budgetCurrency.value'))
    throw new BadReport('Missing required field: budgetCurrency.value')
  const filters = new Map(filter.and.filters.map(({ on }) => [on.field, on.values[0]]))
  const country = filters.get('campaign.country')
  if (filters.get('adProduct.value') !== 'SPONSORED_PRODUCTS' || !country)
    throw new BadReport('The sandbox serves Sponsored Products of one country')
  const { startDate, endDate } = period.datePeriod
  return {
    advertiserAccountId: account.advertiserAccountId,
    country,
    report: {
      name: null,
      startDate,
      endDate,
      configuration: {
        adProduct: 'SPONSORED_PRODUCTS',
        columns: fields,
        filters: null,
        format: report.format,
        groupBy: ['campaign'],
        reportTypeId: 'spCampaigns',
        timeUnit: 'DAILY',
      },
    },
  }
}

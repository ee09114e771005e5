import Type from 'typebox'
import { Check, Errors } from 'typebox/value'
import type { ReportRequest } from './report.ts'

const texts = Type.Array(Type.String(), { minItems: 1 })

/** CreateAsyncReportRequest in Amazon's specification. */
const Body = Type.Object({
  name: Type.Optional(Type.Union([Type.Null(), Type.String()])),
  startDate: Type.String(),
  endDate: Type.String(),
  configuration: Type.Object({
    adProduct: Type.String(),
    columns: texts,
    filters: Type.Optional(
      Type.Union([
        Type.Null(),
        Type.Array(Type.Object({ field: Type.String(), values: Type.Array(Type.String()) })),
      ]),
    ),
    format: Type.String(),
    groupBy: texts,
    reportTypeId: Type.String(),
    timeUnit: Type.String(),
  }),
})
const TimeUnit = Type.Enum(['DAILY', 'SUMMARY'])

export class BadReport extends Error {}

/** Parses a request; the configuration's keys are in the order in which Amazon echoes them. */
export function parseRequest(body: unknown): ReportRequest {
  if (!Check(Body, body)) {
    const [error] = Errors(Body, body)
    const missing = error?.keyword === 'required' ? error.params.requiredProperties[0] : undefined
    const path = [...(error?.instancePath.split('/') ?? []), missing].filter(Boolean)
    throw new BadReport(`Required fields are invalid or missing: ${path.join(' ')}`)
  }
  const { adProduct, columns, filters, format, groupBy, reportTypeId, timeUnit } = body.configuration
  if (!Check(TimeUnit, timeUnit))
    throw new BadReport('configuration timeUnit is not supported for this report type')
  return {
    name: body.name ?? null,
    startDate: body.startDate,
    endDate: body.endDate,
    configuration: { adProduct, columns, filters: filters ?? null, format, groupBy, reportTypeId, timeUnit },
  }
}

import { AmazonFailure, amazonRejection } from '../../application/amazon-failure.ts'
import type { AmazonReportStatus } from '../../application/ingestion/report-ports.ts'
import type { DayRange } from '../../domain/calendar.ts'
import type { AmazonReportId } from '../../domain/identifiers.ts'
import { adProducts, type ReportDefinition } from '../../domain/ingestion/catalogue.ts'
import type { FileRow } from '../../domain/ingestion/fact-row.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import { Secret } from '../../domain/secret.ts'
import { callAmazon, isRecord, sanitiseText, workerCallTimeout } from './amazon-http.ts'
import { adsApiHeaders, v1Settings } from './request-headers.ts'
import type { AmazonSettings } from './settings.ts'

/** The column of Reporting v3 with the same meaning (docs/product/amazon.md, "Ads API v1"). */
const v3Columns: Readonly<Record<string, string>> = {
  'date.value': 'date',
  'campaign.id': 'campaignId',
  'campaign.name': 'campaignName',
  'metric.impressions': 'impressions',
  'metric.clicks': 'clicks',
  'metric.totalCost': 'cost',
  'metric.purchases': 'purchases14d',
  'metric.sales': 'sales14d',
  'metric.unitsSold': 'unitsSoldClicks14d',
}
const known = new Set(Object.values(v3Columns))

/** Amazon demands the currency with amounts. */
const requestedFields = [...Object.keys(v3Columns), 'budgetCurrency.value']

/** Marks the ids of v1's reports among v3's. */
const idPrefix = 'v1:'

export const isV1Report = (id: AmazonReportId): boolean => id.startsWith(idPrefix)

/** Texts may be missing; a figure may not. V1 has no figures of 7 days, which sellers' accounts show. */
export const isServedByV1 = (
  { adsV1 }: AmazonSettings,
  { advertiserAccountId }: AdvertisingProfile,
  { type, columns }: ReportDefinition,
): boolean =>
  adsV1 === 'on' &&
  advertiserAccountId !== undefined &&
  type === 'sp_campaigns' &&
  columns.every(({ amazonName, kind }) => kind === 'text' || known.has(amazonName))

/** Reporting v1. A row's keys become the columns of v3, so that nothing else tells the two apart. */
export class AmazonReportsV1 {
  readonly #settings: AmazonSettings
  readonly #timeout: number

  /** @param timeout milliseconds per call. */
  constructor(settings: AmazonSettings, timeout = workerCallTimeout) {
    this.#settings = settings
    this.#timeout = timeout
  }

  async requestReport(
    profile: AdvertisingProfile,
    token: Secret,
    { definition, days }: { definition: ReportDefinition; days: DayRange },
  ): Promise<AmazonReportId> {
    const body = {
      accessRequestedAccounts: [{ advertiserAccountId: profile.advertiserAccountId }],
      reports: [
        {
          format: 'GZIP_JSON',
          periods: [{ datePeriod: { startDate: days.from, endDate: days.to } }],
          query: {
            fields: requestedFields,
            filter: {
              and: {
                filters: [
                  equals('adProduct.value', adProducts[definition.adProduct].amazonName),
                  // An account spans countries; a profile doesn't.
                  equals('campaign.country', profile.country),
                ],
              },
            },
          },
        },
      ],
    }
    const { reportId } = await this.#call('report_request', 'create', profile, token, body)
    if (typeof reportId !== 'string' || reportId === '')
      throw new AmazonFailure('unreadable', 'the report has no reportId')
    return `${idPrefix}${reportId}` as AmazonReportId
  }

  async getStatus(
    profile: AdvertisingProfile,
    token: Secret,
    id: AmazonReportId,
  ): Promise<AmazonReportStatus> {
    const report = await this.#call('report_status', 'retrieve', profile, token, byId(id))
    const { status, failureReason } = report
    const configuration = readConfiguration(report)
    switch (status) {
      case 'COMPLETED': {
        const urls = urlsOf(report['completedReportParts'])
        return { state: 'completed', configuration, location: urls.length > 0 ? { urls } : null }
      }
      case 'FAILED':
        return {
          state: 'failed',
          configuration,
          detail: typeof failureReason === 'string' ? sanitiseText(failureReason) : 'Amazon gave no reason',
        }
      default:
        return { state: 'pending', configuration }
    }
  }

  async cancel(profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<void> {
    await this.#call('cancel', 'delete', profile, token, byId(id))
  }

  #call(
    call: 'report_request' | 'report_status' | 'cancel',
    verb: 'create' | 'retrieve' | 'delete',
    { region }: AdvertisingProfile,
    token: Secret,
    body: unknown,
  ): Promise<Readonly<Record<string, unknown>>> {
    const request = {
      method: 'POST',
      headers: { ...adsApiHeaders(v1Settings(this.#settings), token), 'content-type': 'application/json' },
      body: JSON.stringify(body),
      timeout: this.#timeout,
    }
    const url = `${this.#settings.adsUrls[region]}/adsApi/v1/${verb}/reports`
    return callAmazon({ call, region }, url, request, readReport)
  }
}

const byId = (id: AmazonReportId) => ({ reportIds: [id.slice(idPrefix.length)] })

const equals = (field: string, value: string) => ({
  on: { field, comparisonOperator: 'EQUALS', not: false, values: [value] },
})

/** Amazon answers 207 with a list of successes and one of errors, even for one report. */
function readReport(body: unknown): Readonly<Record<string, unknown>> {
  const { success, error } = isRecord(body) ? body : {}
  const [first] = Array.isArray(success) ? success : []
  if (isRecord(first)) return isRecord(first['report']) ? first['report'] : {}
  const [failure] = Array.isArray(error) ? error : []
  const [reason] = isRecord(failure) && Array.isArray(failure['errors']) ? failure['errors'] : []
  if (!isRecord(reason))
    throw new AmazonFailure('unreadable', 'the response has neither a report nor an error')
  const [code, detail] = [reason['code'], reason['message']].map(text => sanitiseText(String(text ?? '')))
  throw amazonRejection({ httpStatus: 207, code: code ?? '', detail: detail ?? '' })
}

function readConfiguration(report: Readonly<Record<string, unknown>>) {
  const { periods, query } = report
  const [period] = Array.isArray(periods) ? periods : []
  const { startDate, endDate } =
    isRecord(period) && isRecord(period['datePeriod']) ? period['datePeriod'] : {}
  const fields = isRecord(query) && Array.isArray(query['fields']) ? query['fields'] : []
  return {
    reportTypeId: 'spCampaigns',
    timeUnit: fields.includes('date.value') ? 'DAILY' : 'SUMMARY',
    columns: fields.flatMap(field => v3Columns[String(field)] ?? []),
    groupBy: ['campaign'],
    startDate: String(startDate ?? ''),
    endDate: String(endDate ?? ''),
  }
}

const urlsOf = (parts: unknown): Secret[] =>
  (Array.isArray(parts) ? parts : []).flatMap(part =>
    isRecord(part) && typeof part['url'] === 'string' ? [new Secret(part['url'])] : [],
  )

/** Leaves rows of v3 unchanged. */
export const withV3Columns = (rows: readonly FileRow[]): readonly FileRow[] =>
  rows[0] && 'date.value' in rows[0]
    ? rows.map(row =>
        Object.fromEntries(Object.entries(row).map(([field, value]) => [v3Columns[field] ?? field, value])),
      )
    : rows

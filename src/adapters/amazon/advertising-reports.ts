import { AmazonFailure, amazonRejection, isAmazonFailure } from '../../application/amazon-failure.ts'
import {
  AdvertisingReports,
  type AmazonReportStatus,
  type ReportLocation,
  type RequestAnswer,
} from '../../application/ingestion/report-ports.ts'
import type { DayRange } from '../../domain/calendar.ts'
import type { AmazonReportId } from '../../domain/identifiers.ts'
import {
  adProducts,
  legacyCampaigns,
  type ReportDefinition,
  requestedColumns,
} from '../../domain/ingestion/catalogue.ts'
import type { ReportConfiguration } from '../../domain/ingestion/duplicate-report.ts'
import type { FileRow } from '../../domain/ingestion/fact-row.ts'
import { notOffered } from '../../domain/ingestion/report.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import { Secret } from '../../domain/secret.ts'
import { callAmazon, isRecord, sanitiseText, workerCallTimeout } from './amazon-http.ts'
import { type DownloadLimits, downloadLimits, downloadRows } from './download.ts'
import { countLegacyCampaigns } from './legacy-campaigns.ts'
import { AmazonReportsV1, isServedByV1, isV1Report, withV3Columns } from './reports-v1.ts'
import { AmazonReportsV2, isV2Report, withDay } from './reports-v2.ts'
import { adsApiHeaders } from './request-headers.ts'
import type { AmazonSettings } from './settings.ts'

/** Of an ad product, to authors and in single marketplaces (docs/product/amazon.md, "Reporting v3: requests"). */
const notOfferedPattern =
  /do not have access to Sponsored Brands functionality|is not supported for report API in marketplace/

const createReportMediaType = 'application/vnd.createasyncreportrequest.v3+json'

export class AmazonAdvertisingReports extends AdvertisingReports {
  readonly #settings: AmazonSettings
  readonly #v1: AmazonReportsV1
  readonly #v2: AmazonReportsV2
  readonly #limits: DownloadLimits
  readonly #timeout: number

  /** @param timeout milliseconds per call. */
  constructor(settings: AmazonSettings, limits = downloadLimits, timeout = workerCallTimeout) {
    super()
    this.#settings = settings
    this.#v1 = new AmazonReportsV1(settings, timeout)
    this.#v2 = new AmazonReportsV2(settings, timeout)
    this.#limits = limits
    this.#timeout = timeout
  }

  countLegacyCampaigns(profile: AdvertisingProfile, token: Secret): Promise<number> {
    return countLegacyCampaigns(this.#settings, profile, token, this.#timeout)
  }

  async requestReport(
    profile: AdvertisingProfile,
    token: Secret,
    { definition, days }: { definition: ReportDefinition; days: DayRange },
  ): Promise<RequestAnswer> {
    if (isServedByV1(this.#settings, profile, definition))
      return { answer: 'accepted', id: await this.#v1.requestReport(profile, token, { definition, days }) }
    if (definition.type === legacyCampaigns.type)
      return { answer: 'accepted', id: await this.#v2.requestReport(profile, token, days.from) }
    const request = {
      method: 'POST',
      headers: { ...adsApiHeaders(this.#settings, token, profile), 'content-type': createReportMediaType },
      body: JSON.stringify(reportRequestBody(definition, days)),
      timeout: this.#timeout,
    }
    const { region } = profile
    try {
      const id = await callAmazon(
        { call: 'report_request', region },
        this.#reportsUrl(profile),
        request,
        readReportId,
      )
      return { answer: 'accepted', id }
    } catch (error) {
      if (!isAmazonFailure(error, 'rejected')) throw error
      const duplicate = duplicateReportId(error)
      if (duplicate) return { answer: 'duplicate', id: duplicate }
      if (error.httpStatus === 400 && notOfferedPattern.test(error.detail))
        return { answer: 'not_offered', id: notOffered, amazonMessage: error.detail }
      throw error
    }
  }

  async getStatus(
    profile: AdvertisingProfile,
    token: Secret,
    id: AmazonReportId,
  ): Promise<AmazonReportStatus> {
    if (id === notOffered) return { state: 'completed', configuration: readConfiguration({}), location: null }
    if (isV1Report(id)) return this.#v1.getStatus(profile, token, id)
    if (isV2Report(id)) return this.#v2.getStatus(profile, token, id)
    const request = { headers: adsApiHeaders(this.#settings, token, profile), timeout: this.#timeout }
    return callAmazon(
      { call: 'report_status', region: profile.region },
      this.#reportsUrl(profile, id),
      request,
      parseReportStatus,
    )
  }

  async cancel(profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<void> {
    if (isV1Report(id)) return this.#v1.cancel(profile, token, id)
    // V2 has no such call.
    if (isV2Report(id) || id === notOffered) return
    const request = {
      method: 'DELETE',
      headers: adsApiHeaders(this.#settings, token, profile),
      timeout: this.#timeout,
    }
    const { region } = profile
    try {
      await callAmazon({ call: 'cancel', region }, this.#reportsUrl(profile, id), request, () => undefined)
    } catch (error) {
      if (!(isAmazonFailure(error, 'rejected') && error.httpStatus === 404)) throw error
    }
  }

  async *download(location: ReportLocation, leaseLost: AbortSignal): AsyncIterable<readonly FileRow[]> {
    for (const url of location?.urls ?? [])
      for await (const rows of downloadRows(url, this.#settings.downloadHosts, leaseLost, this.#limits))
        yield location?.day ? withDay(rows, location.day) : withV3Columns(rows)
  }

  #reportsUrl({ region }: AdvertisingProfile, id?: AmazonReportId): string {
    const reports = `${this.#settings.adsUrls[region]}/reporting/reports`
    return id === undefined ? reports : `${reports}/${encodeURIComponent(id)}`
  }
}

export function reportRequestBody(definition: ReportDefinition, { from, to }: DayRange) {
  const { name, adProduct, reportTypeId, groupBy } = definition
  return {
    name: `1smart.link ${name} ${from} ${to}`,
    startDate: from,
    endDate: to,
    configuration: {
      adProduct: adProducts[adProduct].amazonName,
      groupBy,
      columns: requestedColumns(definition),
      reportTypeId,
      timeUnit: 'DAILY',
      format: 'GZIP_JSON',
    },
  }
}

/** Parses a 425 response: `The Request is a duplicate of : <uuid>`. */
export function duplicateReportId({ httpStatus, detail }: AmazonFailure): AmazonReportId | null {
  if (httpStatus !== 425) return null
  const [id] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(detail) ?? []
  return (id ?? null) as AmazonReportId | null
}

function readReportId(body: unknown): AmazonReportId {
  const { reportId: id, code, detail } = isRecord(body) ? body : {}
  // Amazon also names a duplicate with status 200 (docs/product/amazon.md, "Reporting v3: requests").
  if (String(code) === '425')
    throw amazonRejection({ httpStatus: 425, code: '425', detail: sanitiseText(String(detail)) })
  if (typeof id !== 'string' || id === '') throw new AmazonFailure('unreadable', 'the report has no reportId')
  return id as AmazonReportId
}

/** Unknown statuses count as pending; the generation timeout ends them. */
export function parseReportStatus(body: unknown): AmazonReportStatus {
  if (!isRecord(body) || typeof body['status'] !== 'string')
    throw new AmazonFailure('unreadable', 'the report has no status')
  const configuration = readConfiguration(body)
  const { url, failureReason } = body
  switch (body['status']) {
    case 'COMPLETED':
      return {
        state: 'completed',
        configuration,
        location: typeof url === 'string' ? { urls: [new Secret(url)] } : null,
      }
    case 'FAILED':
    case 'FAILURE':
    case 'CANCELLED':
      return {
        state: 'failed',
        configuration,
        detail: typeof failureReason === 'string' ? sanitiseText(failureReason) : 'Amazon gave no reason',
      }
    default:
      return { state: 'pending', configuration }
  }
}

function readConfiguration(body: Readonly<Record<string, unknown>>): ReportConfiguration {
  const configuration = isRecord(body['configuration']) ? body['configuration'] : {}
  const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
  return {
    reportTypeId: String(configuration['reportTypeId'] ?? ''),
    timeUnit: String(configuration['timeUnit'] ?? ''),
    columns: strings(configuration['columns']),
    groupBy: strings(configuration['groupBy']),
    startDate: String(body['startDate'] ?? ''),
    endDate: String(body['endDate'] ?? ''),
  }
}

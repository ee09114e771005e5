import {
  AdvertisingReports,
  type ReportLocation,
  type ReportLook,
} from '../../application/ingestion/ports.ts'
import { AmazonRefused, AmazonUnreadable } from '../../application/ports.ts'
import type { DayRange } from '../../domain/calendar.ts'
import type { AmazonReportId } from '../../domain/identifiers.ts'
import { adProducts, type ReportDefinition, requestedColumns } from '../../domain/ingestion/catalogue.ts'
import type { ReportConfiguration } from '../../domain/ingestion/duplicate.ts'
import type { FileRow } from '../../domain/ingestion/fact-row.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import { Secret } from '../../domain/secret.ts'
import type { AmazonSettings } from './addresses.ts'
import { ask, isRecord, patienceOfAWorker, readable } from './amazon-http.ts'
import { type DownloadLimits, downloadLimits, downloadRows } from './download.ts'

const createType = 'application/vnd.createasyncreportrequest.v3+json'

export class AmazonAdvertisingReports extends AdvertisingReports {
  readonly #settings: AmazonSettings
  readonly #limits: DownloadLimits
  readonly #patience: number

  /** @param timeout in milliseconds, for a whole call; not for downloads. */
  constructor(settings: AmazonSettings, limits = downloadLimits, patience = patienceOfAWorker) {
    super()
    this.#settings = settings
    this.#limits = limits
    this.#patience = patience
  }

  async order(
    profile: AdvertisingProfile,
    token: Secret,
    { definition, days }: { definition: ReportDefinition; days: DayRange },
  ): Promise<{ answer: 'accepted' | 'duplicate'; id: AmazonReportId }> {
    const request = {
      method: 'POST',
      headers: { ...this.#headers(profile, token), 'content-type': createType },
      body: JSON.stringify(orderBody(definition, days)),
      timeout: this.#patience,
    }
    const { region } = profile
    try {
      const id = await ask({ call: 'order', region }, this.#address(profile), request, readReportId)
      return { answer: 'accepted', id }
    } catch (error) {
      const duplicate = error instanceof AmazonRefused ? duplicateOf(error) : null
      if (duplicate) return { answer: 'duplicate', id: duplicate }
      throw error
    }
  }

  look(profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<ReportLook> {
    const request = { headers: this.#headers(profile, token), timeout: this.#patience }
    return ask({ call: 'look', region: profile.region }, this.#address(profile, id), request, readLook)
  }

  async cancel(profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<void> {
    const request = {
      method: 'DELETE',
      headers: this.#headers(profile, token),
      timeout: this.#patience,
    }
    const { region } = profile
    try {
      await ask({ call: 'cancel', region }, this.#address(profile, id), request, () => undefined)
    } catch (error) {
      if (!(error instanceof AmazonRefused && error.httpStatus === 404)) throw error
    }
  }

  download(location: ReportLocation, lost: AbortSignal): AsyncIterable<readonly FileRow[]> {
    return downloadRows(location, this.#settings.downloadHosts, lost, this.#limits)
  }

  #address({ region }: AdvertisingProfile, id?: AmazonReportId): string {
    const reports = `${this.#settings.adsUrls[region]}/reporting/reports`
    return id === undefined ? reports : `${reports}/${encodeURIComponent(id)}`
  }

  #headers({ id }: AdvertisingProfile, token: Secret): Record<string, string> {
    return {
      authorization: `Bearer ${token.reveal()}`,
      'Amazon-Advertising-API-ClientId': this.#settings.clientId,
      'Amazon-Advertising-API-Scope': id,
    }
  }
}

export function orderBody(definition: ReportDefinition, { from, to }: DayRange) {
  const { name, adProduct, reportTypeId, groupBy } = definition
  return {
    name: `1smart.link ${name} ${from} ${to}`,
    startDate: from,
    endDate: to,
    configuration: {
      adProduct: adProducts[adProduct].amazon,
      groupBy,
      columns: requestedColumns(definition),
      reportTypeId,
      timeUnit: 'DAILY',
      format: 'GZIP_JSON',
    },
  }
}

/** Parses a 425: `The Request is a duplicate of : <uuid>`. */
export function duplicateOf({ httpStatus, detail }: AmazonRefused): AmazonReportId | null {
  if (httpStatus !== 425) return null
  const [id] = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(detail) ?? []
  return (id ?? null) as AmazonReportId | null
}

function readReportId(body: unknown): AmazonReportId {
  const id = isRecord(body) ? body['reportId'] : null
  if (typeof id !== 'string' || id === '') throw new AmazonUnreadable('the report has no reportId')
  return id as AmazonReportId
}

/** Unknown statuses count as pending; the generation timeout ends them. */
export function readLook(body: unknown): ReportLook {
  if (!isRecord(body) || typeof body['status'] !== 'string')
    throw new AmazonUnreadable('the report has no status')
  const configuration = readConfiguration(body)
  const { url, failureReason } = body
  switch (body['status']) {
    case 'COMPLETED':
      return {
        state: 'completed',
        configuration,
        location: typeof url === 'string' ? { url: new Secret(url) } : null,
      }
    case 'FAILED':
    case 'FAILURE':
    case 'CANCELLED':
      return {
        state: 'failed',
        configuration,
        detail: typeof failureReason === 'string' ? readable(failureReason) : 'Amazon gave no reason',
      }
    default:
      return { state: 'pending', configuration }
  }
}

function readConfiguration(body: Readonly<Record<string, unknown>>): ReportConfiguration {
  const configuration = isRecord(body['configuration']) ? body['configuration'] : {}
  const list = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : [])
  return {
    reportTypeId: String(configuration['reportTypeId'] ?? ''),
    timeUnit: String(configuration['timeUnit'] ?? ''),
    columns: list(configuration['columns']),
    groupBy: list(configuration['groupBy']),
    startDate: String(body['startDate'] ?? ''),
    endDate: String(body['endDate'] ?? ''),
  }
}

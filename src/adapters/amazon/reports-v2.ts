import { AmazonFailure } from '../../application/amazon-failure.ts'
import type { AmazonReportStatus } from '../../application/ingestion/report-ports.ts'
import type { Day } from '../../domain/calendar.ts'
import type { AmazonReportId } from '../../domain/identifiers.ts'
import { legacyCampaigns } from '../../domain/ingestion/catalogue.ts'
import type { FileRow } from '../../domain/ingestion/fact-row.ts'
import type { AdvertisingProfile } from '../../domain/profile/profile.ts'
import { Secret } from '../../domain/secret.ts'
import { callAmazon, isRecord, sanitiseText, workerCallTimeout } from './amazon-http.ts'
import { adsApiHeaders } from './request-headers.ts'
import type { AmazonSettings } from './settings.ts'

const metrics = [...new Set(legacyCampaigns.columns.map(({ amazonName }) => amazonName))]
const figures = legacyCampaigns.columns.flatMap(({ amazonName, kind }) =>
  kind === 'count' || kind === 'money' ? [amazonName] : [],
)

/** Marks the ids of v2's reports; the day follows. */
const idPattern = /^v2:(\d{4}-\d\d-\d\d):(.+)$/

export const isV2Report = (id: AmazonReportId): boolean => idPattern.test(id)

/**
 * Reporting v2, which Amazon still serves for Sponsored Brands campaigns of the old format (docs/product/amazon.md,
 * "Reporting v2").
 */
export class AmazonReportsV2 {
  readonly #settings: AmazonSettings
  readonly #timeout: number

  /** @param timeout milliseconds per call. */
  constructor(settings: AmazonSettings, timeout = workerCallTimeout) {
    this.#settings = settings
    this.#timeout = timeout
  }

  requestReport(profile: AdvertisingProfile, token: Secret, day: Day): Promise<AmazonReportId> {
    const { headers, timeout } = this.#request(profile, token)
    const body = { reportDate: day.replaceAll('-', ''), metrics: metrics.join(), creativeType: 'all' }
    return callAmazon(
      { call: 'report_request', region: profile.region },
      `${this.#settings.adsUrls[profile.region]}/v2/hsa/campaigns/report`,
      {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        timeout,
      },
      response => {
        const id = isRecord(response) ? response['reportId'] : null
        if (typeof id !== 'string' || id === '')
          throw new AmazonFailure('unreadable', 'the report has no reportId')
        return `v2:${day}:${id}` as AmazonReportId
      },
    )
  }

  async getStatus(
    profile: AdvertisingProfile,
    token: Secret,
    id: AmazonReportId,
  ): Promise<AmazonReportStatus> {
    const [, day = '', amazonId = ''] = idPattern.exec(id) ?? []
    const context = { call: 'report_status', region: profile.region } as const
    const url = `${this.#settings.adsUrls[profile.region]}/v2/reports/${encodeURIComponent(amazonId)}`
    const request = this.#request(profile, token)
    const { status, statusDetails } = await callAmazon(context, url, request, body =>
      isRecord(body) ? body : {},
    )
    const configuration = {
      reportTypeId: legacyCampaigns.reportTypeId,
      timeUnit: 'DAILY',
      columns: metrics,
      groupBy: [],
      startDate: day,
      endDate: day,
    }
    if (typeof status !== 'string') throw new AmazonFailure('unreadable', 'the report has no status')
    switch (status) {
      case 'SUCCESS': {
        // The answer's `location` has a path of version 1, and would get the token.
        const location = await callAmazon(
          context,
          `${url}/download`,
          { ...request, redirect: 'manual' },
          readLocation,
        )
        return {
          state: 'completed',
          configuration,
          location: { urls: [location], day: day as Day },
        }
      }
      case 'FAILURE':
        return {
          state: 'failed',
          configuration,
          detail: typeof statusDetails === 'string' ? sanitiseText(statusDetails) : 'Amazon gave no reason',
        }
      default:
        return { state: 'pending', configuration }
    }
  }

  #request(profile: AdvertisingProfile, token: Secret) {
    return { headers: adsApiHeaders(this.#settings, token, profile), timeout: this.#timeout }
  }
}

function readLocation(body: unknown): Secret {
  const location = isRecord(body) ? body['location'] : null
  if (typeof location !== 'string') throw new AmazonFailure('unreadable', 'the file has no address')
  return new Secret(location)
}

/** Adds the day that rows of v2 do not have, writes states like v3, and leaves out the campaigns without activity. */
export const withDay = (rows: readonly FileRow[], day: Day): readonly FileRow[] =>
  rows
    .filter(row => figures.some(name => row[name] !== 0 && row[name] !== null))
    .map(row => ({ ...row, date: day, campaignStatus: upperCase(row['campaignStatus']) }))

const upperCase = (value: unknown): unknown => (typeof value === 'string' ? value.toUpperCase() : value)

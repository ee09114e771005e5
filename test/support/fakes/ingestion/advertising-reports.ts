import { AmazonFailure } from '../../../../src/application/amazon-failure.ts'
import {
  type AccessLossReason,
  AccessLossUnconfirmed,
  AccessRevoked,
  AccessUncertain,
  AdsApiAccess,
  AdvertisingReports,
  type AmazonReportStatus,
  type ReportLocation,
  type RequestAnswer,
} from '../../../../src/application/ingestion/report-ports.ts'
import type { DayRange } from '../../../../src/domain/calendar.ts'
import type { AmazonReportId, ConnectionId } from '../../../../src/domain/identifiers.ts'
import {
  definitionOf,
  type ReportDefinition,
  type ReportType,
} from '../../../../src/domain/ingestion/catalogue.ts'
import type { FileRow } from '../../../../src/domain/ingestion/fact-row.ts'
import { notOffered } from '../../../../src/domain/ingestion/report.ts'
import type { AdvertisingProfile } from '../../../../src/domain/profile/profile.ts'
import { Secret } from '../../../../src/domain/secret.ts'
import { aFileRow, aReportConfiguration } from '../../examples.ts'
import { aRejection } from '../connection/login.ts'
import type { FakeUnitOfWork } from '../kernel.ts'

interface AmazonReport {
  readonly definition: ReportDefinition
  readonly days: DayRange
  readonly state: 'pending' | 'completed' | 'failed'
  readonly rows: readonly FileRow[]
  readonly echo: Partial<ReturnType<typeof aReportConfiguration>>
}

type ReportCall = 'report_request' | 'report_status' | 'cancel' | 'download'

/** Reports finish only when the test calls `finish` or `fail`. */
export class FakeAdvertisingReports extends AdvertisingReports {
  readonly #assertOutside: () => void
  readonly amazonReports = new Map<AmazonReportId, AmazonReport>()
  readonly callCounts: Record<ReportCall, number> = {
    report_request: 0,
    report_status: 0,
    cancel: 0,
    download: 0,
  }
  /** Errors for the next calls, each used once. */
  readonly failures: Record<ReportCall, Error[]> = {
    report_request: [],
    report_status: [],
    cancel: [],
    download: [],
  }
  /** Error for every call except downloads. */
  makeError: (() => Error) | null = null
  readonly tokens: string[] = []
  readonly rejectedTokens = new Set<string>()
  /** The report that the next report request duplicates. */
  duplicateReportId: AmazonReportId | null = null
  amazonMessage: string | null = null
  /** Runs during each call. */
  meanwhile: () => Promise<void> = async () => undefined

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#assertOutside = unitOfWork.assertOutside
  }

  legacyCampaigns: number | AmazonFailure = 0

  async countLegacyCampaigns(): Promise<number> {
    if (this.legacyCampaigns instanceof AmazonFailure) throw this.legacyCampaigns
    return this.legacyCampaigns
  }

  async requestReport(
    _profile: AdvertisingProfile,
    token: Secret,
    { definition, days }: { definition: ReportDefinition; days: DayRange },
  ): Promise<RequestAnswer> {
    await this.#answer('report_request', token)
    if (this.amazonMessage)
      return { answer: 'not_offered', id: notOffered, amazonMessage: this.amazonMessage }
    if (this.duplicateReportId) return { answer: 'duplicate', id: this.duplicateReportId }
    const id = `amazon-${this.amazonReports.size + 1}` as AmazonReportId
    this.amazonReports.set(id, { definition, days, state: 'pending', rows: [], echo: {} })
    return { answer: 'accepted', id }
  }

  async getStatus(
    _profile: AdvertisingProfile,
    token: Secret,
    id: AmazonReportId,
  ): Promise<AmazonReportStatus> {
    if (id === notOffered)
      return { state: 'completed', configuration: aReportConfiguration(), location: null }
    await this.#answer('report_status', token)
    const report = this.amazonReports.get(id)
    if (!report) throw aRejection(404, '404', 'Not Found')
    const { definition, days, state, echo } = report
    const requestedDays = { startDate: days.from, endDate: days.to }
    const configuration = aReportConfiguration(definition.type, { ...requestedDays, ...echo })
    switch (state) {
      case 'pending':
        return { state, configuration }
      case 'failed':
        return { state, configuration, detail: 'Amazon could not' }
      case 'completed':
        return { state, configuration, location: { urls: [new Secret(`https://files.example/${id}`)] } }
    }
  }

  async cancel(_profile: AdvertisingProfile, token: Secret, id: AmazonReportId): Promise<void> {
    await this.#answer('cancel', token)
    this.amazonReports.delete(id)
  }

  async *download(location: ReportLocation): AsyncIterable<readonly FileRow[]> {
    await this.#answer('download', null)
    const id = location?.urls[0]?.reveal().split('/').at(-1) as AmazonReportId | undefined
    const report = id && this.amazonReports.get(id)
    for (const row of report?.rows ?? []) yield [row]
  }

  /** Adds a report that exists at Amazon already. */
  addExisting(
    id: string,
    type: ReportType,
    overrides: Partial<AmazonReport> & Pick<AmazonReport, 'days'>,
  ): AmazonReportId {
    const definition = definitionOf(type)
    this.amazonReports.set(id as AmazonReportId, {
      definition,
      state: 'pending',
      rows: [],
      echo: {},
      ...overrides,
    })
    return id as AmazonReportId
  }

  finish(id: AmazonReportId, rows?: readonly FileRow[]): void {
    const report = this.amazonReports.get(id)
    if (!report) throw new Error(`Amazon has no report ${id}`)
    const fileRows = rows ?? [aFileRow(report.definition.type)]
    this.amazonReports.set(id, { ...report, state: 'completed', rows: fileRows })
  }

  fail(id: AmazonReportId): void {
    const report = this.amazonReports.get(id)
    if (report) this.amazonReports.set(id, { ...report, state: 'failed' })
  }

  async #answer(call: ReportCall, token: Secret | null): Promise<void> {
    this.#assertOutside()
    this.callCounts[call] += 1
    if (token) this.tokens.push(token.reveal())
    await this.meanwhile()
    if (token && this.rejectedTokens.has(token.reveal())) throw aRejection(401, '401', 'Invalid token')
    const failure = this.failures[call].shift() ?? (token && this.makeError?.())
    if (failure) throw failure
  }
}

export class FakeAdsApiAccess extends AdsApiAccess {
  readonly #assertOutside: () => void
  readonly lost: { readonly connectionId: ConnectionId; readonly why: string }[] = []
  isRevoked = false
  isLossUncertain = false
  /** As if Amazon listed the profile whose calls it rejects. */
  isProfileListed = false
  /** As if the seller had reauthorised while Amazon was rejecting grants. */
  isReauthorised = false
  refreshed = 1
  readonly failures: Error[] = []

  constructor(unitOfWork: FakeUnitOfWork) {
    super()
    this.#assertOutside = unitOfWork.assertOutside
  }

  async accessToken(_connectionId: ConnectionId, rejected: Secret | null): Promise<Secret> {
    this.#assertOutside()
    if (this.isRevoked) throw new AccessRevoked('the grant is gone')
    const failure = this.failures.shift()
    if (failure) throw failure
    if (rejected?.reveal() === this.#current) this.refreshed += 1
    return new Secret(this.#current)
  }

  get #current(): string {
    return `token-${this.refreshed}`
  }

  async recordLoss(
    connectionId: ConnectionId,
    why: 'grant_revoked' | 'profile_access_lost',
  ): Promise<AccessLossReason | null> {
    if (this.isLossUncertain) throw new AccessUncertain('many revocations at once')
    if (this.isProfileListed && why === 'profile_access_lost')
      throw new AccessLossUnconfirmed('Amazon still lists the profile')
    if (this.isReauthorised) return null
    this.lost.push({ connectionId, why })
    return why
  }
}

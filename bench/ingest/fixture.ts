import { randomBytes, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { to as copyTo } from 'pg-copy-streams'
import { ProfileDirectory } from '../../src/application/connection/ports.ts'
import { SyncRuns } from '../../src/application/ingestion/ports.ts'
import { AdvertisingReports } from '../../src/application/ingestion/report-ports.ts'
import { type DayRange, lastWholeDays } from '../../src/domain/calendar.ts'
import type { ActiveConnection } from '../../src/domain/connection/connection.ts'
import type { AmazonReportId, ConnectionId, ReportId, SyncRunId } from '../../src/domain/identifiers.ts'
import { definitionOf } from '../../src/domain/ingestion/catalogue.ts'
import { markAccepted, markCompleted, newReport } from '../../src/domain/ingestion/report.ts'
import type { Secret } from '../../src/domain/secret.ts'
import { LocalAmazon } from '../amazon/local-amazon.ts'
import { type BenchDatabase, startDatabase } from '../database.ts'
import { type BenchProduct, connectProfile, openProduct, type ProductPlan } from '../product.ts'
import { expectedSums, sumsOf } from './sums.ts'

export interface PreparedReport {
  readonly connection: ActiveConnection
  readonly amazonReportId: AmazonReportId
  readonly days: DayRange
  readonly accessToken: Secret
  readonly sums: string
}

const definition = definitionOf('sp_campaigns')

export class Fixture implements AsyncDisposable {
  readonly plan: ProductPlan
  readonly #database: BenchDatabase
  readonly #amazon: LocalAmazon
  readonly product: BenchProduct

  private constructor(
    plan: ProductPlan,
    parts: { database: BenchDatabase; amazon: LocalAmazon; product: BenchProduct },
  ) {
    this.plan = plan
    this.#database = parts.database
    this.#amazon = parts.amazon
    this.product = parts.product
  }

  static async open(): Promise<Fixture> {
    const database = await startDatabase()
    const amazon = await LocalAmazon.start({ min: 0, max: 0 })
    const tokenKey = randomBytes(32).toString('base64')
    const plan = { databaseUrl: database.url, environment: amazon.environment, tokenKey }
    return new Fixture(plan, { database, amazon, product: await openProduct(plan) })
  }

  /** Waits until the file is complete, because generation is not measured. */
  async prepareReport(user: string, country: string): Promise<PreparedReport> {
    const { container } = this.product
    const tokens = await this.#amazon.consent(user)
    const { accessToken } = tokens
    const profiles = await container.get(ProfileDirectory).listProfiles('na', accessToken)
    const profile = profiles.find(one => one.country === country)
    if (!profile) throw new Error(`${user} has no profile in ${country}`)
    const connection = await connectProfile(this.product, profile, tokens)
    const days = lastWholeDays(30, profile.timezone, new Date())
    const reports = container.get(AdvertisingReports)
    const { id } = await reports.requestReport(profile, accessToken, { definition, days })
    while ((await reports.getStatus(profile, accessToken, id)).state !== 'completed') await sleep(100)
    const sums = await expectedSums(this.#amazon, profile.id, days)
    return { connection, amazonReportId: id, days, accessToken, sums }
  }

  /** Saves the report as just completed at Amazon and not yet loaded. */
  async record({ connection, amazonReportId, days }: PreparedReport): Promise<ReportId> {
    const now = new Date()
    const ids = {
      id: randomUUID() as ReportId,
      syncRunId: randomUUID() as SyncRunId,
      connectionId: connection.id,
    }
    const requested = newReport({ ...ids, type: 'sp_campaigns', days, isInteractive: true }, now)
    const report = markCompleted(
      markAccepted(requested, amazonReportId, { firstSeconds: 1, maxSeconds: 1 }, now),
      now,
    )
    const run = {
      id: ids.syncRunId,
      connectionId: connection.id,
      kind: 'initial',
      days,
      requestedAt: now,
    } as const
    await this.product.container.get(SyncRuns).save(run, [report])
    return report.id
  }

  async fileUrl({ connection, amazonReportId, accessToken }: PreparedReport): Promise<string> {
    const reports = this.product.container.get(AdvertisingReports)
    const status = await reports.getStatus(connection.profile, accessToken, amazonReportId)
    if (status.state !== 'completed' || !status.location) throw new Error('the report is gone')
    return status.location.urls[0]?.reveal() ?? ''
  }

  /** Empties the tables, so that the rows of one side don't slow the next. */
  async clear(): Promise<void> {
    await this.product.database.pool.query('truncate campaign_fact, campaign_day')
    await this.product.database.pool.query('checkpoint')
  }

  /** @throws {Error} unless the table has exactly the report's rows, to the cent. */
  async check({ connection, sums }: PreparedReport, table: 'campaign_fact' | 'campaign_day'): Promise<void> {
    const found = await sumsOf(this.product.database.pool, table, connection.id)
    if (found !== sums) throw new Error(`${table} has ${found}, but the report has ${sums}`)
  }

  async writeCsv(path: string, connectionId: ConnectionId): Promise<void> {
    const client = await this.product.database.pool.connect()
    try {
      const rows = `select * from campaign_fact where connection_id = '${connectionId}'`
      await pipeline(client.query(copyTo(`copy (${rows}) to stdout (format csv)`)), createWriteStream(path))
    } finally {
      client.release()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.product[Symbol.asyncDispose]()
    await this.#amazon.end()
    await this.#database.stop()
  }
}

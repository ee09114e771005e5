import type { FastifyInstance } from 'fastify'
import type { Container } from 'inversify'
import { AgendaJobQueue } from '../adapters/agenda/job-queue.ts'
import { openJobs } from '../adapters/agenda/jobs.ts'
import type { Worker } from '../adapters/agenda/worker.ts'
import { LoginWithAmazon } from '../adapters/amazon/login.ts'
import type { AmazonSettings } from '../adapters/amazon/settings.ts'
import { ShiftedClock } from '../adapters/clock/clock.ts'
import { SystemRandom } from '../adapters/clock/random.ts'
import { type Database, openDatabase } from '../adapters/postgres/engine/database.ts'
import { type ClockSkewNotice, SynchronisedClock } from '../adapters/postgres/engine/synchronised-clock.ts'
import { CheckReadiness } from '../admin/overview/check-readiness.ts'
import { CallStatistics } from '../application/ingestion/report-ports.ts'
import type { Clock, Get } from '../application/ports.ts'
import { callbackUrlOf } from '../settings/settings.ts'
import { compose } from './container.ts'
import { openMailer } from './mailer.ts'
import type { ExternalServices } from './modules/bindings.ts'
import { openOperations } from './operations.ts'
import type { ProductConfig } from './product-config.ts'
import { buildWebServer } from './web.ts'
import { startReportWorker } from './worker.ts'

export interface Product {
  /** Null in a worker-only process. */
  readonly app: FastifyInstance | null
  /** Null without a separate port. */
  readonly operations: FastifyInstance | null
  readonly container: Container
  readonly database: Database
  /**
   * Finishes or hands over work within 20 s and closes everything.
   * @param drain milliseconds for which the web server still answers.
   */
  stop(drain?: number): Promise<void>
}

/** The reason is in `cause`. */
export class JobStoreUnavailable extends Error {
  override readonly name = 'JobStoreUnavailable'
}

const stopTimeoutMilliseconds = 10_000

export async function startProduct(config: ProductConfig): Promise<Product> {
  const { settings, databaseUrl, log } = config
  const onError = (error: unknown) => log.warn({ err: error }, 'transient error, will be retried')
  const closers: (() => Promise<unknown>)[] = []
  const closeAll = async () => {
    for (const close of closers.reverse()) await close().catch(onError)
    closers.length = 0
  }
  try {
    const database = await openDatabase(databaseUrl, { onError })
    closers.push(() => database.close())
    const jobs = await openJobs(settings.jobsUrl ?? databaseUrl, {
      name: settings.process,
      onError,
    }).catch(cause => {
      throw settings.jobsUrl ? new JobStoreUnavailable('JOBS_URL can’t be used', { cause }) : cause
    })
    closers.push(() => jobs.close())
    const amazon = amazonSettings(config)
    const login = new LoginWithAmazon(amazon)

    const clock = config.clock ?? (await openClock(config, database, closers))
    const external: ExternalServices = {
      database,
      jobQueue: new AgendaJobQueue(jobs.agenda, onError),
      login,
      amazon,
      tokenKeys: config.tokenKeys,
      reportPoll: settings.reportPoll,
      consentDays: settings.consentDays,
      mailer: openMailer(config, closers),
      publicUrl: settings.web.publicUrl,
      supportEmail: settings.support.email,
      statusPollSeconds: settings.statusPollSeconds,
      clock,
      random: new SystemRandom(),
      onError,
    }
    const container = compose(external)
    const get: Get = token => container.get(token)
    const monitoring = await openOperations(get, config, external, closers)
    let worker: Worker | null = null
    if (settings.process !== 'web') {
      closers.push(() => container.get(CallStatistics).flush())
      const started = await startReportWorker(get, jobs, log)
      closers.push(() => started.stop(stopTimeoutMilliseconds))
      worker = started
    }
    const app = settings.process === 'worker' ? null : await buildWebServer(get, config, monitoring)
    if (app) closers.push(() => app.close())

    let stopping: Promise<void> | null = null
    const stop = (drain = 0) => {
      container.get(CheckReadiness).stop()
      const stopped = Promise.all([worker?.stop(stopTimeoutMilliseconds), app?.drain(drain)])
      stopping ??= stopped.catch(onError).then(closeAll)
      return stopping
    }
    const { operations } = monitoring
    return { app, operations, container, database, stop }
  } catch (error) {
    await closeAll()
    throw error
  }
}

async function openClock(
  { settings: { clockShiftFile }, log }: ProductConfig,
  { pool }: Database,
  closers: (() => Promise<unknown>)[],
): Promise<Clock> {
  const onNotice = (notice: ClockSkewNotice) =>
    log.warn(notice, notice.aheadSeconds === 0 ? 'clocks agree again' : 'wrong clock ignored')
  const clock = await SynchronisedClock.open({ pool, onNotice })
  closers.push(() => clock.close())
  return clockShiftFile ? new ShiftedClock(clockShiftFile, clock) : clock
}

function amazonSettings({ settings, amazon }: ProductConfig): AmazonSettings {
  return { ...amazon, callbackUrl: callbackUrlOf(settings.web.publicUrl) }
}

import type { ServiceIdentifier } from 'inversify'
import type { AmazonSettings } from '../../adapters/amazon/settings.ts'
import type { Database } from '../../adapters/postgres/engine/database.ts'
import type { AmazonLogin } from '../../application/connection/ports.ts'
import type { Mailer } from '../../application/email/ports.ts'
import type { JobQueue } from '../../application/ingestion/ports.ts'
import type { Clock, RandomSource } from '../../application/ports.ts'
import type { PollInterval } from '../../domain/ingestion/report.ts'
import type { Secret } from '../../domain/secret.ts'

/** Closed by the caller. */
export interface ExternalServices {
  readonly database: Database
  readonly jobQueue: JobQueue
  readonly login: AmazonLogin
  readonly amazon: AmazonSettings
  readonly tokenKeys: readonly Secret[]
  readonly reportPoll: PollInterval
  readonly consentDays: number
  readonly mailer: Mailer
  readonly publicUrl: URL
  readonly supportEmail: string
  readonly statusPollSeconds: number
  readonly clock: Clock
  readonly random: RandomSource
  readonly onError: (error: unknown) => void
}

/** What a module needs to add its ports and use cases to the container. */
export interface Bindings {
  /** Makes the instance when it is first needed, and only once. */
  provide<T>(token: ServiceIdentifier<T>, make: () => T): void
  useCase<Dependencies, T>(token: new (deps: Dependencies) => T, deps: () => Dependencies): void
  get<T>(token: ServiceIdentifier<T>): T
}

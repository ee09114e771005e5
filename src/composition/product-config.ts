import type { Logger } from 'pino'
import type { Clock } from '../application/ports.ts'
import type { Secret } from '../domain/secret.ts'
import type { ConfiguredAmazon, Settings } from '../settings/settings.ts'

export interface ProductConfig {
  readonly settings: Settings
  readonly databaseUrl: Secret
  readonly amazon: ConfiguredAmazon
  readonly sessionKeys: readonly Secret[]
  readonly tokenKeys: readonly Secret[]
  readonly log: Logger
  /** Percent; null when no demo data is being created. */
  readonly demoProgress?: () => number | null
  /** For tests. */
  readonly clock?: Clock
}

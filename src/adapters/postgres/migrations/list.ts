import type { Migration } from '@mikro-orm/migrations'
import { Schema } from './0001-schema.ts'
import { RecurringJobTable } from './0002-recurring-job.ts'
import { KnownDeviceTables } from './0003-known-devices.ts'

type MigrationClass = new (...deps: ConstructorParameters<typeof Migration>) => Migration

export interface NamedMigration {
  readonly name: string
  readonly class: MigrationClass & {
    /**
     * For a migration that removes something: the first version that no longer uses it. All running processes must have
     * this version or a later one.
     */
    readonly contracts?: string
  }
}

/** In order. A released migration never changes its name or statements. */
export const migrations: readonly NamedMigration[] = [
  { name: '0001-schema', class: Schema },
  { name: '0002-recurring-job', class: RecurringJobTable },
  { name: '0003-known-devices', class: KnownDeviceTables },
]

import type { Migration } from '@mikro-orm/migrations'
import { Schema } from './versions/0001-schema.ts'
import { RecurringJobTable } from './versions/0002-recurring-job.ts'
import { KnownDeviceTables } from './versions/0003-known-devices.ts'
import { PasskeyTables } from './versions/0004-passkeys.ts'
import { EraseTimelineDetails } from './versions/0005-erase-timeline-details.ts'
import { SessionVerification } from './versions/0006-session-verification.ts'
import { EnrolmentLinks } from './versions/0007-enrolment-links.ts'
import { DisabledUsers } from './versions/0008-disabled-users.ts'
import { ReportColumns } from './versions/0009-report-columns.ts'
import { SkippedConsentPage } from './versions/0010-skipped-consent-page.ts'
import { ConnectionColumns } from './versions/0011-connection-columns.ts'
import { LegacyCampaigns } from './versions/0012-legacy-campaigns.ts'

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
  { name: '0004-passkeys', class: PasskeyTables },
  { name: '0005-erase-timeline-details', class: EraseTimelineDetails },
  { name: '0006-session-verification', class: SessionVerification },
  { name: '0007-enrolment-links', class: EnrolmentLinks },
  { name: '0008-disabled-users', class: DisabledUsers },
  { name: '0009-report-columns', class: ReportColumns },
  { name: '0010-skipped-consent-page', class: SkippedConsentPage },
  { name: '0011-connection-columns', class: ConnectionColumns },
  { name: '0012-legacy-campaigns', class: LegacyCampaigns },
]

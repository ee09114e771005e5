import type { Migration } from '@mikro-orm/migrations'
import { AmazonUsersReadLater } from './amazon-users-read-later.ts'
import { AskedRollUps } from './asked-roll-ups.ts'
import { Catalogue } from './catalogue.ts'
import { ConnectLinks } from './connect-links.ts'
import { ConsentExpired } from './consent-expired.ts'
import { Consents } from './consents.ts'
import { Console } from './console.ts'
import { ConsoleSearch } from './console-search.ts'
import { Correlation } from './correlation.ts'
import { DailySync } from './daily-sync.ts'
import { DatedWaits, DatedWaitsIndexed } from './dated-waits.ts'
import { EmailMessage } from './email-message.ts'
import { Erasure } from './erasure.ts'
import { ErrorsByKind } from './errors-by-kind.ts'
import { FilesReconciled } from './files-reconciled.ts'
import { First } from './first.ts'
import { FirstSyncs } from './first-syncs.ts'
import { InteractiveReports, InteractiveReportsIndexed } from './interactive-reports.ts'
import { InteractiveSyncs, InteractiveSyncsIndexed } from './interactive-syncs.ts'
import { InteractiveWaits } from './interactive-waits.ts'
import { MarkedByUs } from './marked-by-us.ts'
import { NarrowRollUps } from './narrow-roll-ups.ts'
import { OrdersOfAcos, WastedCounts } from './orders-of-acos.ts'
import { Overview } from './overview.ts'
import { OwnedFacts } from './owned-facts.ts'
import { ProductDays } from './product-days.ts'
import { RegionsShared } from './regions-shared.ts'
import { ReportIndexes } from './report-indexes.ts'
import { SignIn } from './sign-in.ts'
import { StaffAccessLog } from './staff-access-log.ts'
import { StepsAndFiles } from './steps-and-files.ts'
import { SubscriptionEvents } from './subscription-events.ts'
import { SupportDesk } from './support-desk.ts'
import { SupportRequests } from './support-requests.ts'
import { SyncsDeferral } from './syncs-deferral.ts'
import { TableRollUps } from './table-roll-ups.ts'
import { ViewAsSessions } from './view-as-sessions.ts'
import { WaitsToldApart } from './waits-told-apart.ts'

type MigrationClass = new (...needs: ConstructorParameters<typeof Migration>) => Migration

export interface NamedMigration {
  readonly name: string
  readonly class: MigrationClass & {
    /**
     * Of one that takes away what a former version uses: the version of this program from which on nothing uses it any
     * more. Whoever serves meanwhile must be of that version or a later one.
     */
    readonly contracts?: string
  }
}

/** In the order in which they run; a name that was published is never changed, nor is what it does. */
export const migrations: readonly NamedMigration[] = [
  { name: '0001-first', class: First },
  { name: '0002-catalogue', class: Catalogue },
  { name: '0003-daily-sync', class: DailySync },
  { name: '0004-consent-expired', class: ConsentExpired },
  { name: '0005-files-reconciled', class: FilesReconciled },
  { name: '0006-regions-shared', class: RegionsShared },
  { name: '0007-first-loadings', class: FirstSyncs },
  { name: '0008-owned-facts', class: OwnedFacts },
  { name: '0009-troubles-by-kind', class: ErrorsByKind },
  { name: '0010-consents', class: Consents },
  { name: '0011-erasure', class: Erasure },
  { name: '0012-waits-told-apart', class: WaitsToldApart },
  { name: '0013-subscription-events', class: SubscriptionEvents },
  { name: '0014-mail', class: EmailMessage },
  { name: '0015-sign-in', class: SignIn },
  { name: '0016-amazon-users-read-later', class: AmazonUsersReadLater },
  { name: '0017-account-views', class: StaffAccessLog },
  { name: '0018-table-roll-ups', class: TableRollUps },
  { name: '0019-help-requests', class: SupportRequests },
  { name: '0020-product-days', class: ProductDays },
  { name: '0021-report-indexes', class: ReportIndexes },
  { name: '0022-narrow-roll-ups', class: NarrowRollUps },
  { name: '0023-asked-roll-ups', class: AskedRollUps },
  { name: '0024-console', class: Console },
  { name: '0025-help-desk', class: SupportDesk },
  { name: '0026-viewings', class: ViewAsSessions },
  { name: '0027-overview', class: Overview },
  { name: '0028-connect-links', class: ConnectLinks },
  { name: '0029-console-search', class: ConsoleSearch },
  { name: '0030-marked-by-us', class: MarkedByUs },
  { name: '0031-correlation', class: Correlation },
  { name: '0032-dated-waits', class: DatedWaits },
  { name: '0033-dated-waits-indexed', class: DatedWaitsIndexed },
  { name: '0034-awaited-reports', class: InteractiveReports },
  { name: '0035-awaited-reports-indexed', class: InteractiveReportsIndexed },
  { name: '0036-awaited-syncs', class: InteractiveSyncs },
  { name: '0037-awaited-syncs-indexed', class: InteractiveSyncsIndexed },
  { name: '0038-steps-and-files', class: StepsAndFiles },
  { name: '0039-wasted-counts', class: WastedCounts },
  { name: '0040-orders-of-acos', class: OrdersOfAcos },
  { name: '0041-awaited-waits', class: InteractiveWaits },
  { name: '0042-syncs-put-off', class: SyncsDeferral },
]

import { Migration } from '@mikro-orm/migrations'

export class SkippedConsentPage extends Migration {
  override up(): void {
    this.addSql(
      'alter table pending_connection add column is_consent_page_skipped boolean not null default false',
    )
  }
}

import { Migration } from '@mikro-orm/migrations'

/** Reporting v2 has no units by click. */
export class LegacyCampaigns extends Migration {
  override up(): void {
    this.addSql(`alter table campaign_fact add column is_legacy boolean not null default false,
      alter column units set default 0`)
  }
}

import { Migration } from '@mikro-orm/migrations'

/** Since when a report is in trouble, and why it is held back: a connection's health tells both. */
export class WaitsToldApart extends Migration {
  override up(): void {
    this.addSql(`
      alter table report
        add column failing_since timestamptz,
        add column deferral_reason text check (deferral_reason in ('region_rate_limited', 'region_down', 'report_type_rate_limited', 'database_down'));
    `)
  }
}

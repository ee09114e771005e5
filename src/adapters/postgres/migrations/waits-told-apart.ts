import { Migration } from '@mikro-orm/migrations'

/** Since when a report is in trouble, and why it is held back: a connection's health tells both. */
export class WaitsToldApart extends Migration {
  override up(): void {
    this.addSql(`
      alter table report
        add column troubled_since timestamptz,
        add column held_for text check (held_for in ('region_busy', 'region_down', 'type_busy', 'storage_down'));
    `)
  }
}

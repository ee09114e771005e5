import { Migration } from '@mikro-orm/migrations'

/** How each region of Amazon's fares, for all processes together; and since when a report is held back for it. */
export class RegionsShared extends Migration {
  override up(): void {
    this.addSql(`
      create table region_rate_limit (
        region text primary key check (region in ('na', 'eu', 'fe')),
        -- Null before anything was asked of it.
        traffic jsonb
      );
      insert into region_rate_limit (region) values ('na'), ('eu'), ('fe');
      alter table report add deferred_since timestamptz;
    `)
  }
}

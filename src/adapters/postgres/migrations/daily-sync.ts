import { Migration } from '@mikro-orm/migrations'

/** When each connection is read again; a run may ask for a type of report twice, for days that lie apart. */
export class DailySync extends Migration {
  override up(): void {
    this.addSql(`
      create table sync_schedule (
        connection_id uuid primary key references connection on delete cascade,
        due_at timestamptz not null
      );
      create index sync_due on sync_schedule (due_at);
      -- Spread over a day; each finds its own minute with the first sync.
      insert into sync_schedule (connection_id, due_at)
        select id, now() + (abs(hashtext(id::text)) % 1440) * interval '1 minute' from connection where status <> 'closed';

      alter table report drop constraint report_sync_run_id_type_key;
      alter table report add unique (sync_run_id, type, day_from);
    `)
  }
}

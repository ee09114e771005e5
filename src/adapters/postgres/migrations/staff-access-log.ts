import { Migration } from '@mikro-orm/migrations'

/** Who of the staff looked at whose account (S-44). */
export class StaffAccessLog extends Migration {
  override up(): void {
    this.addSql(`
      create table account_view (
        id bigint generated always as identity primary key,
        person_id uuid not null references person on delete cascade,
        viewer_id uuid not null references person,
        connection_id uuid references connection on delete cascade,
        viewed_at timestamptz not null
      );
      create index account_view_person on account_view (person_id, viewed_at desc, id desc);
    `)
  }
}

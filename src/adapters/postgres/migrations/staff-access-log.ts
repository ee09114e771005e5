import { Migration } from '@mikro-orm/migrations'

/** Who of the staff looked at whose account (S-44). */
export class StaffAccessLog extends Migration {
  override up(): void {
    this.addSql(`
      create table staff_access (
        id bigint generated always as identity primary key,
        user_id uuid not null references app_user on delete cascade,
        viewer_id uuid not null references app_user,
        connection_id uuid references connection on delete cascade,
        viewed_at timestamptz not null
      );
      create index staff_access_user on staff_access (user_id, viewed_at desc, id desc);
    `)
  }
}

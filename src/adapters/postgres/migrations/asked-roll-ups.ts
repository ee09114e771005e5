import { Migration } from '@mikro-orm/migrations'

/** Which other days somebody looks at in the tables of a large account. */
export class AskedRollUps extends Migration {
  override up(): void {
    this.addSql(`
      create table table_roll_up_request (
        connection_id uuid not null references connection on delete cascade,
        level text not null,
        day_from date not null,
        day_to date not null,
        requested_at timestamptz not null,
        primary key (connection_id, level, day_from, day_to)
      )
    `)
  }
}

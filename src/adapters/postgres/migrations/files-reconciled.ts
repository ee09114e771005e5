import { Migration } from '@mikro-orm/migrations'

/** What Amazon's files said, and when what is served was held against it last. */
export class FilesReconciled extends Migration {
  override up(): void {
    this.addSql(`
      -- Of each day the file that was loaded last, replaced together with its facts.
      create table file_total (
        connection_id uuid not null references connection on delete cascade,
        type text not null,
        day date not null,
        rows bigint not null,
        sums jsonb not null,
        primary key (connection_id, type, day)
      );

      create table reconciliation (
        connection_id uuid primary key references connection on delete cascade,
        due_at timestamptz,
        checked_at timestamptz,
        differences integer,
        check ((checked_at is null) = (differences is null))
      );
      create index reconciliation_due on reconciliation (due_at) where due_at is not null;

      -- The file's own rows and sums, as they were sent.
      alter table report add file_totals jsonb;
    `)
  }
}

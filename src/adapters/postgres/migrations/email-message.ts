import { Migration } from '@mikro-orm/migrations'

/** Mails from the commit of their cause until they are sent, who wants which, and who looks at a loading anyway (S-31). */
export class EmailMessage extends Migration {
  override up(): void {
    this.addSql(`
      create table mail (
        id uuid primary key,
        episode text not null unique,
        -- No foreign keys: a load writes its mail last, and would wait for whoever holds the person and waits for the load.
        person_id uuid not null,
        connection_id uuid,
        kind text not null,
        content jsonb not null,
        -- Sealed, and gone once the mail is.
        link text,
        created_at timestamptz not null,
        next_try_at timestamptz,
        tries integer not null default 0,
        first_tried_at timestamptz,
        trouble text,
        sent_at timestamptz,
        subject text,
        body text,
        given_up_at timestamptz,
        dropped_at timestamptz,
        drop_reason text,
        leased_until timestamptz,
        fence integer not null default 0,
        check (num_nonnulls(next_try_at, sent_at, given_up_at, dropped_at) = 1),
        check (next_try_at is not null or link is null)
      );
      create index mail_due on mail (next_try_at) where next_try_at is not null;
      create index mail_person on mail (person_id, created_at);
      create index mail_connection on mail (connection_id, kind) where connection_id is not null;

      create table mail_choice (
        person_id uuid primary key references person on delete cascade,
        ready boolean not null default true,
        reminders boolean not null default true,
        token text not null unique
      );

      create table loading_look (
        connection_id uuid primary key references connection on delete cascade,
        looked_at timestamptz not null
      );
    `)
  }
}

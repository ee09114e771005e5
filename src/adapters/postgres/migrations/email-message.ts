import { Migration } from '@mikro-orm/migrations'

/** Mails from the commit of their cause until they are sent, who wants which, and who looks at a loading anyway (S-31). */
export class EmailMessage extends Migration {
  override up(): void {
    this.addSql(`
      create table email_message (
        id uuid primary key,
        episode text not null unique,
        -- No foreign keys: a load writes its mail last, and would wait for whoever holds the person and waits for the load.
        user_id uuid not null,
        connection_id uuid,
        kind text not null,
        content jsonb not null,
        -- Sealed, and gone once the mail is.
        link text,
        created_at timestamptz not null,
        due_at timestamptz,
        tries integer not null default 0,
        first_tried_at timestamptz,
        trouble text,
        sent_at timestamptz,
        subject text,
        body text,
        failed_at timestamptz,
        suppressed_at timestamptz,
        suppression_reason text,
        leased_until timestamptz,
        fence integer not null default 0,
        check (num_nonnulls(due_at, sent_at, failed_at, suppressed_at) = 1),
        check (due_at is not null or link is null)
      );
      create index email_message_due on email_message (due_at) where due_at is not null;
      create index email_message_user on email_message (user_id, created_at);
      create index email_message_connection on email_message (connection_id, kind) where connection_id is not null;

      create table email_preferences (
        user_id uuid primary key references app_user on delete cascade,
        ready boolean not null default true,
        reminders boolean not null default true,
        token text not null unique
      );

      create table progress_view (
        connection_id uuid primary key references connection on delete cascade,
        viewed_at timestamptz not null
      );
    `)
  }
}

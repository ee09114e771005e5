import { Migration } from '@mikro-orm/migrations'

/** What people ask support, and what they were looking at (S-30). */
export class SupportRequests extends Migration {
  override up(): void {
    this.addSql(`
      create table help_request (
        id uuid primary key,
        person_id uuid not null references person on delete cascade,
        -- Of the form as it was shown: sent twice, it asks once.
        form_id uuid not null,
        asked_at timestamptz not null,
        connection_id uuid references connection on delete cascade,
        amazon_email text not null,
        marketplace text not null,
        message text not null,
        page text,
        reference text,
        unique (person_id, form_id)
      );
      create index help_request_person on help_request (person_id, asked_at desc);
      create index help_request_connection on help_request (connection_id) where connection_id is not null;
    `)
  }
}

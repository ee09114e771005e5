import { Migration } from '@mikro-orm/migrations'

/** What people ask support, and what they were looking at (S-30). */
export class SupportRequests extends Migration {
  override up(): void {
    this.addSql(`
      create table support_request (
        id uuid primary key,
        user_id uuid not null references app_user on delete cascade,
        -- Of the form as it was shown: sent twice, it asks once.
        idempotency_key uuid not null,
        requested_at timestamptz not null,
        connection_id uuid references connection on delete cascade,
        amazon_email text not null,
        marketplace text not null,
        message text not null,
        page text,
        reference text,
        unique (user_id, idempotency_key)
      );
      create index help_request_person on support_request (user_id, requested_at desc);
      create index help_request_connection on support_request (connection_id) where connection_id is not null;
    `)
  }
}

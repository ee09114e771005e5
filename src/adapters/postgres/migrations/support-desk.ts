import { Migration } from '@mikro-orm/migrations'

/** Where each request to support stands, and what the staff write about it (S-30). */
export class SupportDesk extends Migration {
  override up(): void {
    this.addSql(`
      alter table support_request
        add column state text not null default 'open' check (state in ('open', 'waiting', 'solved')),
        add column since timestamptz,
        -- Nobody while it stands as it was asked.
        add column status_changed_by uuid;
      update support_request set since = requested_at;
      alter table support_request alter column state drop default, alter column since set not null;
      create index help_request_state on support_request (state, since, id);

      create table support_request_comment (
        id uuid primary key,
        request_id uuid not null references support_request on delete cascade,
        -- Of the form as it was shown: sent twice, it notes or answers once.
        idempotency_key uuid not null,
        kind text not null check (kind in ('note', 'answer')),
        -- No foreign key, here and above: two who answer each other at once would wait for each other.
        author_id uuid not null,
        commented_at timestamptz not null,
        words text not null,
        unique (request_id, idempotency_key)
      );
      create index help_remark_request on support_request_comment (request_id, commented_at);
    `)
  }
}

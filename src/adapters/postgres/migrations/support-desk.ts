import { Migration } from '@mikro-orm/migrations'

/** Where each request to support stands, and what the staff write about it (S-30). */
export class SupportDesk extends Migration {
  override up(): void {
    this.addSql(`
      alter table help_request
        add column state text not null default 'open' check (state in ('open', 'waiting', 'solved')),
        add column since timestamptz,
        -- Nobody while it stands as it was asked.
        add column state_by uuid;
      update help_request set since = asked_at;
      alter table help_request alter column state drop default, alter column since set not null;
      create index help_request_state on help_request (state, since, id);

      create table help_remark (
        id uuid primary key,
        request_id uuid not null references help_request on delete cascade,
        -- Of the form as it was shown: sent twice, it notes or answers once.
        form_id uuid not null,
        kind text not null check (kind in ('note', 'answer')),
        -- No foreign key, here and above: two who answer each other at once would wait for each other.
        written_by uuid not null,
        written_at timestamptz not null,
        words text not null,
        unique (request_id, form_id)
      );
      create index help_remark_request on help_remark (request_id, written_at);
    `)
  }
}

import { Migration } from '@mikro-orm/migrations'

/**
 * What the console searches (S-40): a digest of each case, made anew when its story goes on or its time comes. Trigrams
 * come with PostgreSQL; whoever owns the database may switch them on (PostgreSQL, F.35: a trusted extension).
 */
export class Console extends Migration {
  override up(): void {
    this.addSql(`
      create extension if not exists pg_trgm;

      create table case_summary (
        -- The connection's, or the person's who holds none.
        id uuid primary key,
        user_id uuid not null references app_user on delete cascade,
        connection_id uuid unique references connection on delete cascade,
        health text,
        stage text not null,
        cause text not null,
        plan text not null,
        region text,
        country text,
        profile_id text,
        amazon_user_id text,
        -- Lower case: whatever of it people type.
        words text not null,
        last_loaded_at timestamptz,
        last_event_at timestamptz not null,
        refresh_at timestamptz not null
      );
      create index case_summary_search_text on case_summary using gin (words gin_trgm_ops);
      create index case_digest_active on case_summary (last_event_at desc, id desc);
      create index case_summary_user on case_summary (user_id);
      create index case_digest_due on case_summary (refresh_at);
      create index case_digest_profile on case_summary (profile_id text_pattern_ops) where profile_id is not null;
      create index case_digest_amazon_user on case_summary (amazon_user_id text_pattern_ops)
        where amazon_user_id is not null;
      ${['health', 'stage', 'cause', 'plan', 'region', 'country']
        .map(
          column =>
            `create index case_digest_${column} on case_summary (${column}, last_event_at desc, id desc);`,
        )
        .join('\n      ')}

      -- Cases whose story went on. Each commit adds to it, and none waits for another.
      create table case_change (
        id bigint generated always as identity primary key,
        user_id uuid not null,
        connection_id uuid
      );
      create function record_case_change() returns trigger language plpgsql as $$
        begin
          insert into case_change (user_id, connection_id) values (new.user_id, new.connection_id);
          return null;
        end $$;
      -- What goes well with one report of many changes no digest.
      create trigger timeline_entry_changes_case after insert on timeline_entry for each row
        when (new.kind not in ('report_accepted', 'report_duplicate_adopted', 'report_completed', 'report_loaded'))
        execute function record_case_change();
      create function record_user_change() returns trigger language plpgsql as $$
        begin
          insert into case_change (user_id) values (new.id);
          return null;
        end $$;
      create trigger app_user_changes_case after insert or update on app_user for each row execute function record_user_change();
      insert into case_change (user_id) select id from app_user;

      create table worker_heartbeat (
        id uuid primary key,
        seen_at timestamptz not null
      );

      create index timeline_entry_report on timeline_entry (report_id, id) where report_id is not null;
      create index timeline_entry_attempts on timeline_entry (user_id, id) where left(kind, 7) <> 'report_';
      create index report_amazon_id on report (amazon_report_id) where amazon_report_id is not null;
    `)
  }
}

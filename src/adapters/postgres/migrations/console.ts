import { Migration } from '@mikro-orm/migrations'

/**
 * What the console searches (S-40): a digest of each case, made anew when its story goes on or its time comes. Trigrams
 * come with PostgreSQL; whoever owns the database may switch them on (PostgreSQL, F.35: a trusted extension).
 */
export class Console extends Migration {
  override up(): void {
    this.addSql(`
      create extension if not exists pg_trgm;

      create table case_digest (
        -- The connection's, or the person's who holds none.
        id uuid primary key,
        person_id uuid not null references person on delete cascade,
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
        active_at timestamptz not null,
        look_again_at timestamptz not null
      );
      create index case_digest_words on case_digest using gin (words gin_trgm_ops);
      create index case_digest_active on case_digest (active_at desc, id desc);
      create index case_digest_person on case_digest (person_id);
      create index case_digest_due on case_digest (look_again_at);
      create index case_digest_profile on case_digest (profile_id text_pattern_ops) where profile_id is not null;
      create index case_digest_amazon_user on case_digest (amazon_user_id text_pattern_ops)
        where amazon_user_id is not null;
      ${['health', 'stage', 'cause', 'plan', 'region', 'country']
        .map(
          column => `create index case_digest_${column} on case_digest (${column}, active_at desc, id desc);`,
        )
        .join('\n      ')}

      -- Cases whose story went on. Each commit adds to it, and none waits for another.
      create table story_change (
        id bigint generated always as identity primary key,
        person_id uuid not null,
        connection_id uuid
      );
      create function note_story_change() returns trigger language plpgsql as $$
        begin
          insert into story_change (person_id, connection_id) values (new.person_id, new.connection_id);
          return null;
        end $$;
      -- What goes well with one report of many changes no digest.
      create trigger timeline_entry_noted after insert on timeline_entry for each row
        when (new.kind not in ('report_accepted', 'report_adopted', 'report_completed', 'report_loaded'))
        execute function note_story_change();
      create function note_person_change() returns trigger language plpgsql as $$
        begin
          insert into story_change (person_id) values (new.id);
          return null;
        end $$;
      create trigger person_noted after insert or update on person for each row execute function note_person_change();
      insert into story_change (person_id) select id from person;

      create table worker_process (
        id uuid primary key,
        seen_at timestamptz not null
      );

      create index timeline_entry_report on timeline_entry (report_id, id) where report_id is not null;
      create index timeline_entry_attempts on timeline_entry (person_id, id) where left(kind, 7) <> 'report_';
      create index report_amazon_id on report (amazon_report_id) where amazon_report_id is not null;
    `)
  }
}

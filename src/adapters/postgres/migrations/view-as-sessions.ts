import { Migration } from '@mikro-orm/migrations'

/** Who of the staff looked at whose pages as their owner sees them; what the staff did, and why (S-43, S-44). */
export class ViewAsSessions extends Migration {
  override up(): void {
    this.addSql(`
      create table viewing (
        id uuid primary key,
        person_id uuid not null references person on delete cascade,
        viewer_id uuid not null references person,
        -- No reference: a sign-in is erased a month after its end, and who looked is not.
        staff_session_id uuid not null,
        reason text not null,
        begun_at timestamptz not null,
        ends_at timestamptz not null,
        ended_at timestamptz
      );
      create index viewing_person on viewing (person_id, begun_at desc);
      create index viewing_not_ended on viewing (viewer_id, begun_at) where ended_at is null;

      create table audit_entry (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        staff_id uuid not null references person,
        action text not null,
        person_id uuid references person on delete cascade,
        connection_id uuid references connection on delete cascade,
        reason text not null,
        before jsonb,
        after jsonb,
        -- All three are null for what came about as time passed.
        ip text,
        device text,
        request_id text
      );
      create index audit_entry_staff on audit_entry (staff_id, id desc);
      create index audit_entry_person on audit_entry (person_id, id desc) where person_id is not null;
      create index audit_entry_connection on audit_entry (connection_id) where connection_id is not null;

      -- Nobody changes what is on record, nor takes it away by itself: it goes with whom it is about, and not before.
      create function refuse_audit_change() returns trigger language plpgsql as $$
        begin raise exception 'the audit is added to, and never changed'; end $$;
      create trigger audit_entry_kept before update or delete on audit_entry
        for each row when (pg_trigger_depth() = 0) execute function refuse_audit_change();
      create trigger audit_entry_not_emptied before truncate on audit_entry
        execute function refuse_audit_change();
    `)
  }
}

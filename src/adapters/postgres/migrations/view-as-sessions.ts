import { Migration } from '@mikro-orm/migrations'

/** Who of the staff looked at whose pages as their owner sees them; what the staff did, and why (S-43, S-44). */
export class ViewAsSessions extends Migration {
  override up(): void {
    this.addSql(`
      create table view_as_session (
        id uuid primary key,
        user_id uuid not null references app_user on delete cascade,
        viewer_id uuid not null references app_user,
        -- No reference: a sign-in is erased a month after its end, and who looked is not.
        staff_session_id uuid not null,
        reason text not null,
        started_at timestamptz not null,
        ends_at timestamptz not null,
        ended_at timestamptz
      );
      create index view_as_session_user on view_as_session (user_id, started_at desc);
      create index viewing_not_ended on view_as_session (viewer_id, started_at) where ended_at is null;

      create table audit_entry (
        id bigint generated always as identity primary key,
        at timestamptz not null,
        staff_id uuid not null references app_user,
        action text not null,
        user_id uuid references app_user on delete cascade,
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
      create index audit_entry_person on audit_entry (user_id, id desc) where user_id is not null;
      create index audit_entry_connection on audit_entry (connection_id) where connection_id is not null;

      -- Nobody changes what is on record, nor takes it away by itself: it goes with whom it is about, and not before.
      create function refuse_audit_change() returns trigger language plpgsql as $$
        begin raise exception 'the audit is added to, and never changed'; end $$;
      create trigger audit_entry_immutable before update or delete on audit_entry
        for each row when (pg_trigger_depth() = 0) execute function refuse_audit_change();
      create trigger audit_entry_not_emptied before truncate on audit_entry
        execute function refuse_audit_change();
    `)
  }
}

import { Migration } from '@mikro-orm/migrations'

/** The runtime role can't change timeline entries: it erases them with this function alone (decision 33). */
export class EraseTimelineDetails extends Migration {
  override up(): void {
    this.addSql(`
      -- Keeps times and kinds. The ids to find are the connection’s own, unless the user’s other connections share them.
      create function erase_timeline_details(closed_connection uuid) returns void
      language sql security definer set search_path = public, pg_temp as $$
        update timeline_entry set event = jsonb_build_object('kind', 'details_erased', 'was', kind)
        where user_id = (select user_id from connection where id = closed_connection and status = 'closed')
          and kind <> all (array['closed', 'erasure_requested', 'erasure_started', 'erased', 'details_erased'])
          and (
            connection_id = closed_connection
            or (connection_id is null and attempt_id in (
              select attempt_id from timeline_entry
              where connection_id = closed_connection and kind in ('connected', 'reopened', 'reauthorised')))
            or exists (
              select from connection as closed
              cross join lateral (values (closed.profile_id), (closed.amazon_user ->> 'userId')) as own (id)
              where closed.id = closed_connection
                and position(to_json(own.id)::text in timeline_entry.event::text) > 0
                and not exists (
                  select from connection as other
                  where other.user_id = closed.user_id and other.id <> closed.id
                    and own.id in (other.profile_id, other.amazon_user ->> 'userId'))))
      $$`)
  }
}

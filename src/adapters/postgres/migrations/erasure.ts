import { Migration } from '@mikro-orm/migrations'

/** Closed connections are kept for thirty days and then erased: what is left has no profile and no name (S-27). */
export class Erasure extends Migration {
  override up(): void {
    this.addSql(`
      alter table connection
        add column erase_at timestamptz,
        drop constraint connection_status_check,
        drop constraint connection_check;
      ${profile.map(column => `alter table connection alter column ${column} drop not null;`).join('\n      ')}
      update connection set erase_at = closed_at + interval '30 days' where status = 'closed';
      alter table connection
        add constraint connection_status_check
          check (status in ('active', 'needs_authorisation', 'closed', 'erasing', 'erased')),
        add constraint connection_closed
          check ((status in ('closed', 'erasing', 'erased')) = (closed_at is not null)),
        add constraint connection_kept check ((status = 'closed') = (erase_at is not null)),
        add constraint connection_erased
          check (case when status in ('erasing', 'erased')
            then num_nonnulls(${named.join(', ')}) = 0
            else num_nulls(${required.join(', ')}) = 0 end);

      drop index connection_one_for_a_seller;
      create unique index connection_one_for_a_seller on connection (user_id)
        where is_exclusive and status in ('active', 'needs_authorisation');
      drop index connection_one_for_a_profile;
      create unique index connection_one_for_a_profile on connection (user_id, profile_id)
        where status in ('active', 'needs_authorisation');
      create index connection_erasure on connection (erase_at) where status in ('closed', 'erasing');
    `)
  }
}

const profile = [
  'pending_connection_id',
  'profile_id',
  'region',
  'country',
  'currency',
  'timezone',
  'account_id',
  'account_type',
  'can_edit',
]
const required = [...profile, 'login_region', 'consented_at']
const named = [...required, 'account_name', 'amazon_user']

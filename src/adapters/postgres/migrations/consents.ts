import { Migration } from '@mikro-orm/migrations'

/** Who said yes at Amazon outlives the token, so that the next yes can be held against it (S-26). */
export class Consents extends Migration {
  override up(): void {
    this.addSql(`
      alter table connection
        add column login_region text check (login_region in ('na', 'eu', 'fe')),
        add column amazon_user jsonb;
      update connection set login_region = connection_grant.login_region, amazon_user = connection_grant.amazon_user
        from connection_grant where connection_grant.connection_id = connection.id;
      -- Where the token is gone, the login lives where the person came back from last.
      update connection set
        consented_at = coalesce(consented_at, connected_at),
        login_region = coalesce(login_region, (
          select authorisation_attempt.region from authorisation_attempt
          where authorisation_attempt.user_id = connection.user_id and returned_at is not null
          order by started_at desc limit 1
        ), 'na');
      alter table connection_grant drop column amazon_user;

      -- The connection that somebody left for Amazon to renew.
      alter table authorisation_attempt add column renews uuid references connection on delete set null;
      alter table pending_connection add column renews uuid references connection on delete set null;
    `)
  }
}

import { Migration } from '@mikro-orm/migrations'

/** Who said yes at Amazon is asked for again where it was not told at the choice (S-09). */
export class AmazonUsersReadLater extends Migration {
  override up(): void {
    this.addSql(`
      alter table connection add column amazon_user_lookup_due_at timestamptz;
      update connection set amazon_user_lookup_due_at = now() where status = 'active' and amazon_user is null;
      create index connection_amazon_user_lookup on connection (amazon_user_lookup_due_at) where amazon_user_lookup_due_at is not null;
    `)
  }
}

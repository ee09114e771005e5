import { Migration } from '@mikro-orm/migrations'

/** Who said yes at Amazon is asked for again where it was not told at the choice (S-09). */
export class AmazonUsersReadLater extends Migration {
  override up(): void {
    this.addSql(`
      alter table connection add column naming_due_at timestamptz;
      update connection set naming_due_at = now() where status = 'active' and amazon_user is null;
      create index connection_naming on connection (naming_due_at) where naming_due_at is not null;
    `)
  }
}

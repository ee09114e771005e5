import { Migration } from '@mikro-orm/migrations'

/** A sync that cannot begin yet keeps its place among those that are due: it is tried again later, and due as long as before. */
export class SyncsDeferral extends Migration {
  override up(): void {
    this.addSql('alter table sync_schedule add column deferred_until timestamptz')
  }
}

import { Migration } from '@mikro-orm/migrations'

/** How long first loadings took lately is asked for by every waiting screen; daily syncs are many more by then. */
export class FirstSyncs extends Migration {
  override up(): void {
    this.addSql(`
      drop index ingestion_run_settled;
      create index ingestion_run_first on sync_run (finished_at) where kind = 'first' and finished_at is not null;
    `)
  }
}

import { Migration } from '@mikro-orm/migrations'

/** Whether somebody waits for a sync, who asked for it. What the version before plans is the night's. */
export class InteractiveSyncs extends Migration {
  override up(): void {
    this.addSql('alter table sync_schedule add column is_interactive boolean not null default false')
  }
}

/** What is awaited is looked for apart from what is not. */
export class InteractiveSyncsIndexed extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    // One that was not finished is in the way, and of no use.
    this.addSql('drop index concurrently if exists sync_awaited')
    this.addSql('create index concurrently sync_awaited on sync_schedule (due_at) where is_interactive')
  }
}

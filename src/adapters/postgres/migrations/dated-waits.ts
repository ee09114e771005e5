import { Migration } from '@mikro-orm/migrations'

/** When a wait was decided: one that was decided in the future came from a clock that was wrong. */
export class DatedWaits extends Migration {
  override up(): void {
    this.addSql('alter table report add column due_set_at timestamptz')
  }
}

/** What waits since a moment to come is looked for every second. */
export class DatedWaitsIndexed extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    // One that was not finished is in the way, and of no use.
    this.addSql('drop index concurrently if exists report_due_set')
    this.addSql(
      "create index concurrently report_due_set on report (due_set_at) where status in ('requested', 'generating', 'completed')",
    )
  }
}

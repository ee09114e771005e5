import { Migration } from '@mikro-orm/migrations'

/**
 * What somebody waits for and a clock that ran ahead told to wait is looked for every second: it must not be looked for among a hundred
 * thousand of the night's that the same clock told so.
 */
export class InteractiveWaits extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    // How many are open changes within minutes; a tenth of all that ever were is not waited for.
    this.addSql(
      'alter table report set (autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000)',
    )
    // One that was not finished is in the way, and of no use.
    this.addSql('drop index concurrently if exists report_interactive_due_set')
    this.addSql(
      "create index concurrently report_interactive_due_set on report (due_set_at) where is_interactive and status in ('requested', 'generating', 'completed')",
    )
  }
}

import { Migration } from '@mikro-orm/migrations'

/**
 * What the night asks for may be a hundred thousand reports: those that are to be ordered or looked after, and those that only wait for
 * a free load, are looked for apart, so that neither has to be read to find the other.
 */
export class StepsAndFiles extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    // One that was not finished is in the way, and of no use.
    this.addSql('drop index concurrently if exists report_steps')
    this.addSql(
      "create index concurrently report_steps on report (due_at) where not is_interactive and status in ('requested', 'generating')",
    )
    this.addSql('drop index concurrently if exists report_files')
    this.addSql(
      "create index concurrently report_files on report (due_at) where not is_interactive and status = 'completed'",
    )
  }
}

import { Migration } from '@mikro-orm/migrations'

/** Whether somebody waits for a report. What the version before asks for counts as awaited, as everything did then. */
export class InteractiveReports extends Migration {
  override up(): void {
    this.addSql('alter table report add column is_interactive boolean not null default true')
  }
}

/** What is awaited is looked for apart from what is not. */
export class InteractiveReportsIndexed extends Migration {
  override isTransactional(): boolean {
    return false
  }

  override up(): void {
    // One that was not finished is in the way, and of no use.
    this.addSql('drop index concurrently if exists report_interactive')
    this.addSql(
      `create index concurrently report_interactive on report (due_at)
         where is_interactive and status in ('requested', 'generating', 'completed')`,
    )
  }
}

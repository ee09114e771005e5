import { Migration } from '@mikro-orm/migrations'

/** What a page tells of a connection's loading is found however many reports there are. */
export class ReportIndexes extends Migration {
  override up(): void {
    this.addSql(`
      create index report_open on report (connection_id) where status in ('requested', 'generating', 'completed');
      create index report_failed on report (connection_id, type) where status = 'failed';
      create index report_loaded on report (connection_id, loaded_at) where loaded_at is not null;
    `)
  }
}

import { Migration } from '@mikro-orm/migrations'

export class RecurringJobTable extends Migration {
  override up(): void {
    this.addSql(`
      create table recurring_job (
        name text primary key,
        started_at timestamptz not null,
        finished_at timestamptz,
        -- Error class of the last finished run.
        error text
      )`)
  }
}

import { Migration } from '@mikro-orm/migrations'

/** By which id the log knows what a run was asked for by (S-52). Null takes no rewriting. */
export class Correlation extends Migration {
  override up(): void {
    this.addSql('alter table sync_run add column correlation_id text')
  }
}

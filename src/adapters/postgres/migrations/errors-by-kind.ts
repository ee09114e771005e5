import { Migration } from '@mikro-orm/migrations'

/** Troubles are borne by their kind, and `troubles` counts those of the last one's. */
export class ErrorsByKind extends Migration {
  override up(): void {
    this.addSql('alter table report add total_errors integer not null default 0')
    this.addSql('update report set total_errors = troubles where troubles > 0')
  }
}

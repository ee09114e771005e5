import { Migration } from '@mikro-orm/migrations'

export class ReportColumns extends Migration {
  override up(): void {
    this.addSql('alter table report add column unconfirmed_file jsonb, add column legacy_campaigns integer')
  }
}

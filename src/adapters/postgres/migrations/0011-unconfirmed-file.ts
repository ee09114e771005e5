import { Migration } from '@mikro-orm/migrations'

export class UnconfirmedFileColumn extends Migration {
  override up(): void {
    this.addSql('alter table report add column unconfirmed_file jsonb')
  }
}

import { Migration } from '@mikro-orm/migrations'

export class DisabledUsers extends Migration {
  override up(): void {
    this.addSql('alter table app_user add column disabled_at timestamptz')
  }
}

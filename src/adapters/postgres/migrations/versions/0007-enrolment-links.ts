import { Migration } from '@mikro-orm/migrations'

export class EnrolmentLinks extends Migration {
  override up(): void {
    this.addSql('alter table access_link drop constraint access_link_purpose_check')
  }
}

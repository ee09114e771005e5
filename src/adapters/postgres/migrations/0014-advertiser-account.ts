import { Migration } from '@mikro-orm/migrations'

export class AdvertiserAccount extends Migration {
  override up(): void {
    this.addSql('alter table connection add column advertiser_account_id text')
  }
}

import { Migration } from '@mikro-orm/migrations'

export class ConnectionColumns extends Migration {
  override up(): void {
    this.addSql(`alter table connection add column if not exists doubted_at timestamptz,
      add column if not exists advertiser_account_id text`)
    this.addSql('drop index concurrently if exists connection_doubted')
    this.addSql(
      'create index concurrently connection_doubted on connection (doubted_at) where doubted_at is not null',
    )
    this.addSql('drop index concurrently if exists connection_lost')
    this.addSql(`create index concurrently connection_lost on connection (authorisation_lost_at)
      where status = 'needs_authorisation'`)
  }

  override isTransactional(): boolean {
    return false
  }
}

import { Migration } from '@mikro-orm/migrations'

/** Also allows sellers' pending sessions. */
export class SessionVerification extends Migration {
  override up(): void {
    this.addSql('alter table session add column verified_at timestamptz, drop constraint session_kind_check')
  }
}

import { Migration } from '@mikro-orm/migrations'

/** A consent that ran out is told apart from one that was revoked. */
export class ConsentExpired extends Migration {
  override up(): void {
    this.addSql(`
      alter table connection drop constraint connection_loss_check;
      alter table connection add constraint connection_loss_check
        check (loss in ('grant_revoked', 'consent_expired', 'profile_access_lost'));
    `)
  }
}

import { Migration } from '@mikro-orm/migrations'

/** What one of us marked as needing authorisation is no word of Amazon's (S-43). */
export class MarkedByUs extends Migration {
  override up(): void {
    this.addSql(`
      alter table connection drop constraint connection_loss_check;
      alter table connection add constraint connection_loss_check
        check (loss in ('grant_revoked', 'consent_expired', 'profile_access_lost', 'marked_by_staff'));
    `)
  }
}

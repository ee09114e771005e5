import { Migration } from '@mikro-orm/migrations'

/** A link may lead to the connect button, and not to a password (S-43). */
export class ConnectLinks extends Migration {
  override up(): void {
    this.addSql(`
      alter table access_link
        drop constraint access_link_purpose_check,
        add constraint access_link_purpose_check check (purpose in ('invitation', 'reset', 'connect'))
    `)
  }
}

import { Migration } from '@mikro-orm/migrations'

export class PasskeyTables extends Migration {
  override up(): void {
    this.addSql(`
      create table passkey (
        id text primary key,
        user_id uuid not null references app_user on delete cascade,
        public_key bytea not null,
        sign_count bigint not null,
        transports text[] not null,
        name text not null,
        created_at timestamptz not null,
        last_used_at timestamptz
      )`)
    this.addSql('create index passkey_user on passkey (user_id)')
    this.addSql(`
      create table passkey_challenge (
        session_id uuid primary key references session on delete cascade,
        challenge text not null,
        expires_at timestamptz not null
      )`)
    // An app that is being set up: a confirmed one stays valid until the new one is confirmed, too.
    this.addSql(`
      create table pending_authenticator_app (
        user_id uuid primary key references app_user on delete cascade,
        secret text not null
      )`)
  }
}

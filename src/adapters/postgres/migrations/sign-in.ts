import { Migration } from '@mikro-orm/migrations'

/** By what a person recognises a sign-in of theirs, and when it was last used; second factors of staff; links to a password. */
export class SignIn extends Migration {
  override up(): void {
    this.addSql(`
      alter table session
        add column kind text not null default 'seller' check (kind in ('seller', 'staff', 'staff_pending_second_factor')),
        add column opened_at timestamptz,
        add column last_seen_at timestamptz,
        add column device text not null default 'A browser';
      -- Until now every session lasted two weeks.
      update session set opened_at = expires_at - interval '14 days', last_seen_at = expires_at - interval '14 days';
      -- Nobody knows when these were last seen: they have a week from now, or what is left of their two.
      update session set expires_at = least(expires_at, now() + interval '7 days') where closed_at is null;
      alter table session
        alter column kind drop default,
        alter column device drop default,
        alter column opened_at set not null,
        alter column last_seen_at set not null;
      create index session_expiry on session (expires_at);
      create index session_closed on session (closed_at) where closed_at is not null;

      create table second_factor (
        user_id uuid primary key references app_user on delete cascade,
        secret text not null,
        confirmed_at timestamptz,
        last_accepted_step integer,
        failed_codes integer not null,
        last_failed_at timestamptz
      );
      create table recovery_code (
        user_id uuid not null references second_factor on delete cascade,
        code_hash text not null,
        primary key (user_id, code_hash)
      );

      -- Whoever was invited has none until they choose one.
      alter table app_user alter column password_hash drop not null;
      create table access_link (
        token_hash text primary key,
        user_id uuid not null references app_user on delete cascade,
        purpose text not null check (purpose in ('invitation', 'reset')),
        created_at timestamptz not null,
        expires_at timestamptz not null
      );
      create index access_link_person on access_link (user_id);
      create index access_link_expiry on access_link (expires_at);

      create index authorisation_attempt_verifier on authorisation_attempt (expires_at) where verifier is not null;
    `)
  }
}

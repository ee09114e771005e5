import { Migration } from '@mikro-orm/migrations'

export class KnownDeviceTables extends Migration {
  override up(): void {
    this.addSql(`
      create table known_device (
        id uuid primary key,
        user_id uuid not null references app_user on delete cascade,
        token_hash text not null unique,
        created_at timestamptz not null,
        last_seen_at timestamptz not null
      );
      create index known_device_user on known_device (user_id);

      create table sign_in_failure (
        -- Hash of a device, a user or an address; the address may have no user.
        counter_hash text primary key,
        failures integer not null,
        last_failed_at timestamptz not null
      )`)
  }
}

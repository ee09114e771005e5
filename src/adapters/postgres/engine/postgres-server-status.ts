import type { Pool } from 'pg'

export interface PostgresServerStatus {
  readonly majorVersion: number
  /** For example 17.2. */
  readonly version: string
  /** Of this connection. */
  readonly isEncrypted: boolean
  /** The server's end of this connection; null for a local socket. */
  readonly address: string | null
  /** Version when the database was created, and now; null if it has none. */
  readonly collation: { readonly created: string | null; readonly now: string | null }
  readonly isAutovacuumOn: boolean
  readonly tablesWithoutAutovacuum: readonly string[]
  /** For this user and database. */
  readonly maxConnections: number
  /** By the server's clock. */
  readonly now: Date
}

export async function readServerStatus(pool: Pool): Promise<PostgresServerStatus> {
  const { rows } = await pool.query<Row>(serverStatusQuery)
  const [row] = rows
  if (!row) throw new Error('the query returned no row')
  return {
    majorVersion: Math.floor(row.version_number / 10_000),
    version: row.version,
    isEncrypted: row.is_encrypted,
    address: row.address,
    collation: { created: row.collation_created, now: row.collation_now },
    isAutovacuumOn: row.is_vacuumed,
    tablesWithoutAutovacuum: row.unvacuumed,
    maxConnections: row.max_connections,
    now: new Date(row.epoch * 1000),
  }
}

interface Row {
  readonly version_number: number
  readonly version: string
  readonly is_encrypted: boolean
  readonly address: string | null
  readonly collation_created: string | null
  readonly collation_now: string | null
  readonly is_vacuumed: boolean
  readonly unvacuumed: string[]
  readonly max_connections: number
  readonly epoch: number
}

const serverStatusQuery = `
  select current_setting('server_version_num')::int as version_number,
    split_part(current_setting('server_version'), ' ', 1) as version,
    coalesce((select ssl from pg_stat_ssl where pid = pg_backend_pid()), false) as is_encrypted,
    host(inet_server_addr()) as address,
    datcollversion as collation_created,
    pg_database_collation_actual_version(pg_database.oid) as collation_now,
    current_setting('autovacuum')::bool and current_setting('track_counts')::bool as is_vacuumed,
    array(select relname::text from pg_class
      where relkind = 'r' and relnamespace = (select relnamespace from pg_class where oid = to_regclass('migration'))
        and reloptions && array['autovacuum_enabled=false', 'autovacuum_enabled=off', 'autovacuum_enabled=0'] order by relname) as unvacuumed,
    -- Null is an absent setting; -1 is no limit.
    least(
      current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
        - coalesce(current_setting('reserved_connections', true)::int, 0),
      nullif(datconnlimit, -1), nullif(rolconnlimit, -1)
    ) as max_connections,
    extract(epoch from clock_timestamp())::float8 as epoch
  from pg_database, pg_roles where datname = current_database() and rolname = current_user`
